import { Button } from '../../../../_ui/button'
import { Notice } from '../../../../_ui/notice'

export function LoadFailure({ message, onRetry }: { message?: string; onRetry: () => void }) {
  return (
    <Notice tone="error" className="mb-2 flex flex-wrap items-center gap-3">
      These images could not be loaded. {message}
      <Button size="small" onClick={onRetry}>
        Try again
      </Button>
    </Notice>
  )
}
