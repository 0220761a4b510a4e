import { ButtonLink } from '../_ui/button'

export default function NotFound() {
  return (
    <div className="max-w-[70ch]">
      <h1 className="text-xl font-semibold">Not here</h1>
      <p className="mt-2 mb-4 text-muted">There is no such thing in this lab. It may have been deleted, or the address is incomplete.</p>
      <ButtonLink href="/">What happens now</ButtonLink>
    </div>
  )
}
