/** A value that is not there, and why: a dash on the page, the reason on hover and for screen readers. */
export function Missing({ reason, className }: { reason: string; className?: string }) {
  return (
    <span title={reason} className={className ?? 'text-muted'}>
      <span aria-hidden="true">—</span>
      <span className="sr-only">{reason}</span>
    </span>
  )
}
