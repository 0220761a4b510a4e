/** The layout of what comes: a title, a line about it, rows. */
export function TableSkeleton() {
  return (
    <div role="status" aria-busy="true" aria-label="Loading">
      <div className="skeleton mb-6 h-7 w-64" />
      <div className="skeleton mb-8 h-16 w-full" />
      {Array.from({ length: 6 }, (_, row) => (
        <div key={row} className="skeleton mb-2 h-7 w-full" />
      ))}
    </div>
  )
}
