import Link from 'next/link'
import { formatCount } from '../../../_ui/format'
import { Section } from '../../../_ui/section'
import { codewordHref } from '../addresses'

const shownAtMost = 400

/** Codewords that no token is nearest to: nothing to see, so only their numbers. */
export function DeadCodewords({ runId, tokenCounts }: { runId: string; tokenCounts: number[] }) {
  const dead = tokenCounts.flatMap((count, code) => (count === 0 ? [code] : []))
  const shown = dead.slice(0, shownAtMost)
  return (
    <Section
      id="dead"
      title="Dead codewords"
      description={`${formatCount(dead.length)} codewords are nearest to no token${dead.length > shown.length ? `; the first ${shownAtMost} of them` : ''}.`}
    >
      <ul className="tabular flex flex-wrap gap-x-3 gap-y-1 text-table">
        {shown.map((code) => (
          <li key={code}>
            <Link href={codewordHref(runId, code)} prefetch={false} className="text-muted hover:text-text hover:underline">
              {code}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
