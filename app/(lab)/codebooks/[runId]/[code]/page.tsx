import type { Metadata } from 'next'
import { getCodeword, patchOrders, type CodewordDetail } from '#lib/services/codebooks/get-codeword'
import { ReviewPanel } from '../../../../_review/review-panel'
import { pageContext } from '../../../../_server/page-context'
import { ButtonLink } from '../../../../_ui/button'
import { EmptyState } from '../../../../_ui/empty-state'
import { formatCount, formatPercent } from '../../../../_ui/format'
import { Missing } from '../../../../_ui/missing'
import { PageHeader } from '../../../../_ui/page-header'
import { Section } from '../../../../_ui/section'
import { one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { codebookHref, codewordHref } from '../../addresses'
import { Facts, type Fact } from '../../facts'
import { runName } from '../../run-name'
import { LabelBars } from './label-bars'
import { Patches } from './patches'

type Params = Promise<{ runId: string; code: string }>

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  return { title: `Codeword ${(await params).code}` }
}

export default async function CodewordPage(props: { params: Params; searchParams: SearchParams }) {
  const ctx = await pageContext()
  const { runId, code } = await props.params
  const query = await props.searchParams
  const order = patchOrders.find((name) => name === one(query.order)) ?? 'nearest'
  const from = Number(one(query.from)) || 0
  const codeword = await orNotFound(getCodeword(ctx, { runId, code: Number(code), order, limit: 60, cursor: from }))
  return (
    <>
      <CodewordHeader codeword={codeword} />
      {codeword.tokenCount === 0 ? (
        <EmptyState
          title="This codeword is dead"
          text="No token of the indexed images is nearest to it, so it collects no patch. Dead codewords are rows of the dictionary that pre-training did not use in the end."
          className="mb-8"
        />
      ) : (
        <>
          <Facts facts={factsOf(codeword)} />
          <div className="gap-x-8 xl:grid xl:grid-cols-[minmax(0,1fr)_320px]">
            <Patches codeword={codeword} order={order} from={from} isInContext={one(query.view) === 'context'} />
            <Labels codeword={codeword} />
          </div>
        </>
      )}
      <ReviewPanel subjectType="codeword" subjectId={`${codeword.run.id}:${codeword.code}`} />
    </>
  )
}

function CodewordHeader({ codeword }: { codeword: CodewordDetail }) {
  const { run, code, previous, next } = codeword
  return (
    <PageHeader
      title={`Codeword ${code}`}
      trail={[
        { label: 'Codebooks', href: '/codebooks' },
        { label: runName({ ...codeword, seed: run.seed }), href: codebookHref(run.id) },
      ]}
      actions={
        <>
          {previous !== null && <ButtonLink href={codewordHref(run.id, previous)}>More used: {previous}</ButtonLink>}
          {next !== null && <ButtonLink href={codewordHref(run.id, next)}>Less used: {next}</ButtonLink>}
        </>
      }
    >
      <p>
        {run.ablation.name}: {runName({ ...codeword, seed: run.seed })}
      </p>
    </PageHeader>
  )
}

function Labels({ codeword: { labels, tokenCount } }: { codeword: CodewordDetail }) {
  return (
    <Section title="What its tokens show" description={labels ? labelText(labels, tokenCount) : undefined}>
      {labels ? <LabelBars labels={labels} /> : <p className="text-sm text-muted">The dataset names no objects in these images.</p>}
    </Section>
  )
}

function labelText(labels: NonNullable<CodewordDetail['labels']>, tokenCount: number): string {
  const sample =
    labels.tokenCount < tokenCount ? `Of a sample of ${formatCount(labels.tokenCount)} tokens` : `Of ${formatCount(tokenCount)} tokens`
  return `${sample}, ${formatCount(labels.labelledCount)} lie on a named object.`
}

function factsOf({ usage, rank, usedCount, size, tokenCount, imageCount, distances, purity }: CodewordDetail): Fact[] {
  const distance = (value: number | undefined) => (value === undefined ? <Missing reason="It has no token." /> : value.toFixed(2))
  return [
    { label: 'Usage', value: formatPercent(usage, 2), note: `even use would be ${formatPercent(1 / size, 2)}` },
    { label: 'Rank', value: formatCount(rank), note: `of ${formatCount(usedCount)} used` },
    { label: 'Tokens', value: formatCount(tokenCount) },
    { label: 'Images', value: formatCount(imageCount) },
    {
      label: 'Median distance',
      value: distance(distances?.median),
      note: distances ? `${distances.minimum.toFixed(2)} to ${distances.maximum.toFixed(2)}` : undefined,
    },
    ...Object.entries(purity ?? {})
      .toSorted(([a], [b]) => Number(b === 'category') - Number(a === 'category') || a.localeCompare(b))
      .map(([attribute, value]) => ({ label: `Purity, ${attribute}`, value: formatPercent(value) })),
  ]
}
