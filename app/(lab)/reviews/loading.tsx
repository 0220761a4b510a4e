/** The layout of what comes. */
export default function Loading() {
  return (
    <div aria-busy="true" aria-label="Loading">
      <div className="skeleton mb-6 h-7 w-64" />
      <div className="skeleton mb-8 h-16 w-full" />
      {Array.from({ length: 6 }, (_, row) => (
        <div key={row} className="skeleton mb-2 h-7 w-full" />
      ))}
    </div>
  )
}
