/** The layout of what comes: a title and rows. */
export default function Loading() {
  return (
    <div role="status" aria-busy="true" aria-label="Loading">
      <div className="mb-6 h-7 w-56 skeleton" />
      <div className="mb-3 h-4 w-full max-w-3xl skeleton" />
      <div className="mb-3 h-4 w-full max-w-2xl skeleton" />
      <div className="h-4 w-full max-w-3xl skeleton" />
    </div>
  )
}
