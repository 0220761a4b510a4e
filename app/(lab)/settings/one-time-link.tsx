'use client'

import { toast } from 'sonner'
import { Button } from '../../_ui/button'
import { Notice } from '../../_ui/notice'

/** A link that is shown this one time. */
export function OneTimeLink({ title, link }: { title: string; link: string }) {
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => toast.success('Copied.'),
      () => toast.error('The browser does not allow copying here: select the link instead.'),
    )
  return (
    <Notice tone="info" className="mb-4">
      <p className="font-medium">{title}</p>
      <p className="text-sm text-muted">It works once and is not shown again. Send it over a channel that only the receiver reads.</p>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <code data-one-time-link className="min-w-0 font-mono text-sm break-all select-all">
          {link}
        </code>
        <Button size="small" onClick={() => void copy()}>
          Copy
        </Button>
      </div>
    </Notice>
  )
}
