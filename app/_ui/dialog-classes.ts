export const dialogBackdrop = 'fixed inset-0 z-40 bg-black/40'
export const dialogPopup =
  'fixed top-[15vh] left-1/2 z-50 max-h-[75vh] w-[min(480px,calc(100vw-32px))] -translate-x-1/2 overflow-auto rounded-lg border border-line-strong bg-surface text-text'
