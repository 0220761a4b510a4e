import Link from 'next/link'
import { codewordFilters, codewordSorts, listCodewords, type CodewordListItem } from '#lib/services/codebooks/list-codewords'
import { pageContext } from '../../../_server/page-context'
import { ButtonLink } from '../../../_ui/button'
import { classNames } from '../../../_ui/class-names'
import { formatCount, formatPercent } from '../../../_ui/format'
import { Section } from '../../../_ui/section'
import { hrefWith, one, orNotFound, type SearchParams } from '../../../_server/page-data'
import { codebookHref, codewordHref } from '../addresses'
import { Patch } from '../patch'

const atOnce = 48
const sortLabels = { usage: 'Usage', purity: 'Purity', distance: 'Mean distance', code: 'Number' }
const filterLabels = { used: 'Used', all: 'All', dead: 'Dead' }

interface GalleryProps {
  runId: string
  /** Of which purity is known. */
  attributes: string[]
  searchParams: SearchParams
}

/** Every codeword with its nearest patches. Order and filter stand in the address. */
export async function Gallery({ runId, attributes, searchParams }: GalleryProps) {
  const ctx = await pageContext()
  const query = await searchParams
  const sort = codewordSorts.find((name) => name === one(query.sort)) ?? 'usage'
  const filter = codewordFilters.find((name) => name === one(query.show)) ?? 'used'
  const attribute = attributes.find((name) => name === one(query.of)) ?? attributes[0] ?? 'category'
  const from = Number(one(query.from)) || 0
  const found = await orNotFound(listCodewords(ctx, { runId, sort, filter, attribute, limit: atOnce, cursor: from }))
  const href = (changed: Record<string, string | number | undefined>) =>
    `${hrefWith(codebookHref(runId), { sort, show: filter, of: sort === 'purity' ? attribute : undefined, ...changed })}#codewords`
  const sorts = codewordSorts.filter((name) => name !== 'purity' || attributes.length > 0)
  return (
    <Section id="codewords" title="Codewords" description={rangeText(from, found.codewords.length, found.total)}>
      <div className="mb-4 flex flex-wrap gap-x-8 gap-y-2 text-sm">
        <Choices
          label="Sort by"
          choices={sorts.map((name) => ({ label: sortLabels[name], href: href({ sort: name, of: undefined }), isChosen: name === sort }))}
        />
        {sort === 'purity' && (
          <Choices
            label="Of"
            choices={attributes.map((name) => ({ label: name, href: href({ of: name }), isChosen: name === attribute }))}
          />
        )}
        <Choices
          label="Show"
          choices={(['used', 'all', 'dead'] as const).map((name) => ({
            label: filterLabels[name],
            href: href({ show: name }),
            isChosen: name === filter,
          }))}
        />
      </div>
      {found.codewords.length === 0 && <p className="text-muted">No codeword is {filter === 'dead' ? 'dead' : 'used'}.</p>}
      <ul className="grid gap-x-6 gap-y-5 [grid-template-columns:repeat(auto-fill,minmax(268px,1fr))]">
        {found.codewords.map((codeword) => (
          <Tile key={codeword.code} runId={runId} codeword={codeword} attribute={attribute} />
        ))}
      </ul>
      <div className="mt-6 flex gap-2">
        {from > 0 && <ButtonLink href={href({ from: Math.max(0, from - atOnce) || undefined })}>Previous {atOnce}</ButtonLink>}
        {found.nextCursor !== null && <ButtonLink href={href({ from: found.nextCursor })}>Next {atOnce}</ButtonLink>}
      </div>
    </Section>
  )
}

function rangeText(from: number, count: number, total: number): string {
  if (count === 0) return 'The nearest patches of each; a patch opens its whole image.'
  const range = count === total ? formatCount(total) : `${formatCount(from + 1)} to ${formatCount(from + count)} of ${formatCount(total)}`
  return `${range}, each with its nearest patches; a patch opens its whole image.`
}

function Choices({ label, choices }: { label: string; choices: { label: string; href: string; isChosen: boolean }[] }) {
  return (
    <nav aria-label={label} className="flex flex-wrap items-center gap-x-3">
      <span className="text-muted">{label}</span>
      {choices.map(({ label: name, href, isChosen }) => (
        <Link
          key={name}
          href={href}
          aria-current={isChosen ? 'true' : undefined}
          className={classNames(isChosen ? 'font-medium text-text underline underline-offset-4' : 'text-muted hover:text-text')}
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}

function Tile({ runId, codeword, attribute }: { runId: string; codeword: CodewordListItem; attribute: string }) {
  const { code, usage, tokenCount, purity, patches } = codeword
  const pure = purity?.[attribute]
  return (
    <li className="border-t border-line pt-2">
      <div className="mb-2 flex items-baseline gap-3 text-table">
        <Link href={codewordHref(runId, code)} prefetch={false} className="tabular font-medium text-accent hover:underline">
          Codeword {code}
        </Link>
        <span className="tabular ml-auto text-muted">
          {formatPercent(usage)}
          {pure !== undefined && <span title={`purity, ${attribute}`}> · {formatPercent(pure, 0)} pure</span>}
        </span>
      </div>
      {tokenCount === 0 ? (
        <p className="text-sm text-muted">Dead: no token is nearest to it.</p>
      ) : (
        <div className="grid grid-cols-[repeat(4,64px)] gap-1">
          {patches.map((patch) => (
            <Patch key={`${patch.imageId} ${patch.row}.${patch.column}`} runId={runId} code={code} patch={patch} sizePx={64} />
          ))}
        </div>
      )}
    </li>
  )
}
