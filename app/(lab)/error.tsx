'use client'

import { Button } from '../_ui/button'

/** A defect while a page was made. In production its message stays on the server; the digest finds it in the log. */
export default function LabError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert" className="max-w-[70ch]">
      <h1 className="text-xl font-semibold">This page could not be made</h1>
      <p className="mt-2 text-muted">
        Something went wrong on the server. What was stored is untouched.
        {error.digest && ` The server’s log has the details under ${error.digest}.`}
      </p>
      <Button className="mt-4" onClick={reset}>
        Try again
      </Button>
    </div>
  )
}
