import Link from 'next/link'
import type { Context } from '#lib/services/context'
import { findingCode } from '#lib/services/checks/finding-catalog'
import type { FindingExample, FindingImage, FindingView } from '#lib/services/checks/finding-view'
import { listFindings } from '#lib/services/checks/list-findings'
import { hrefWith } from '../../../../_server/page-data'
import { ButtonLink } from '../../../../_ui/button'
import { formatCount } from '../../../../_ui/format'
import { Section } from '../../../../_ui/section'
import { splitText } from './split-text'
import { Thumbnail } from '../thumbnail'

const pageSize = 24

interface Props {
  ctx: Context
  checkId: string
  code: string
  after: string
  path: string
  query: Record<string, string | number | undefined>
}

/** The findings of one kind, a page of them, each a link to both sides. */
export async function FindingList({ ctx, checkId, code, after, path, query }: Props) {
  const kind = findingCode(code)
  if (!kind) return null
  const cursor = /^[0-9a-f-]{36}$/.test(after) ? { cursor: after } : {}
  const { findings, total, nextCursor } = await listFindings(ctx, { checkId, code, limit: pageSize, ...cursor })
  const page = (last: string | undefined) => `${hrefWith(path, { ...query, code, after: last })}#findings`
  return (
    <Section title={kind.label} id="findings" description={describePage(findings.length, total, after !== '')}>
      <ul className="grid grid-cols-1 gap-4 md:grid-cols-2 xl:grid-cols-3">
        {findings.map((finding) => (
          <li key={finding.id}>
            <Link
              href={`${path}/${finding.id}`}
              prefetch={false}
              className="group flex h-full gap-3 rounded border border-line p-2 hover:border-accent"
            >
              <Side image={finding.image} />
              {finding.otherImage && finding.otherImage.id !== finding.image?.id && <Side image={finding.otherImage} />}
              <Said finding={finding} />
            </Link>
          </li>
        ))}
      </ul>
      <nav aria-label="Pages of findings" className="mt-3 flex gap-2">
        {after && (
          <ButtonLink size="small" href={page(undefined)}>
            First page
          </ButtonLink>
        )}
        {nextCursor && (
          <ButtonLink size="small" href={page(nextCursor)}>
            Next {pageSize}
          </ButtonLink>
        )}
      </nav>
    </Section>
  )
}

function describePage(shown: number, total: number, isLater: boolean): string {
  if (shown === total) return total === 1 ? 'There is one.' : `All ${formatCount(total)}.`
  return `${isLater ? `${formatCount(shown)} more` : `The first ${formatCount(shown)}`} of ${formatCount(total)}.`
}

function Side({ image }: { image: FindingImage | null }) {
  if (!image) return null
  return (
    <span className="flex size-24 shrink-0 items-center justify-center overflow-hidden rounded border border-line bg-surface">
      <Thumbnail image={image} sizePx={96} loading="lazy" />
    </span>
  )
}

function Said({ finding: { image, otherImage, example, otherExample, distance } }: { finding: FindingView }) {
  return (
    <span className="min-w-0 flex-1 text-sm">
      {example ? (
        <>
          <ExampleText example={example} />
          {otherExample && <ExampleText example={otherExample} />}
        </>
      ) : (
        <>
          <ImageName image={image} />
          {otherImage && <ImageName image={otherImage} />}
          {distance !== null && <span className="block text-xs text-muted">{distance} of 128 bits differ</span>}
        </>
      )}
    </span>
  )
}

function ImageName({ image }: { image: FindingImage | null }) {
  if (!image) return <span className="block text-muted">gone with its version</span>
  return (
    <span className="mb-1 block">
      <span className="line-clamp-2 break-all group-hover:text-accent" title={image.key}>
        {image.key}
      </span>
      <span className="block text-xs text-muted">
        {splitText(image.splits)} · {image.dataset.name}
      </span>
    </span>
  )
}

function ExampleText({ example }: { example: FindingExample }) {
  return (
    <span className="mb-1 block">
      <span className="line-clamp-2 break-words group-hover:text-accent">{example.text.trim() || '(no text)'}</span>
      <span className="block text-xs text-muted">
        {example.split}
        {example.label && ` · ${example.label}`}
      </span>
    </span>
  )
}
