import type { Metadata } from 'next'
import { getCodebook, type CodebookDetail } from '#lib/services/codebooks/get-codebook'
import { Live } from '../../../_live/live'
import { pageContext } from '../../../_server/page-context'
import { ButtonLink } from '../../../_ui/button'
import { EmptyState } from '../../../_ui/empty-state'
import { formatCount, formatPercent } from '../../../_ui/format'
import { Missing } from '../../../_ui/missing'
import { PageHeader } from '../../../_ui/page-header'
import { Section } from '../../../_ui/section'
import { orNotFound, type SearchParams } from '../../../_server/page-data'
import { Facts, type Fact } from '../facts'
import { runName } from '../run-name'
import { DeadCodewords } from './dead-codewords'
import { Gallery } from './gallery'
import { PerplexityChart } from './perplexity-chart'
import { UsageBars } from './usage-bars'

export const metadata: Metadata = { title: 'Codebook' }

export default async function CodebookPage(props: { params: Promise<{ runId: string }>; searchParams: SearchParams }) {
  const ctx = await pageContext()
  const { runId } = await props.params
  const codebook = await orNotFound(getCodebook(ctx, { runId }))
  const { run, stage, state } = codebook
  return (
    <>
      <PageHeader
        title={`Codebook: ${runName({ ...codebook, seed: run.seed })}`}
        trail={[{ label: 'Codebooks', href: '/codebooks' }]}
        actions={<ButtonLink href={`/runs/${run.id}`}>Open the run</ButtonLink>}
      >
        <p>
          Visual dictionary of a run of <strong className="font-medium text-text">{run.ablation.name}</strong>.
        </p>
      </PageHeader>
      <Live topics={stage ? [`stage:${stage.id}`] : []} />
      {state === 'off' && (
        <EmptyState
          title="This run has no visual dictionary"
          text="Its dictionary size is 0: the features of the image network go straight to the Transformer, so there are no codewords to look at. Compare it with a run of the same ablation whose dictionary is on."
          action={<ButtonLink href={`/ablations/${run.ablation.id}`}>Open the ablation</ButtonLink>}
        />
      )}
      {state === 'waiting' && <Waiting codebook={codebook} />}
      {state === 'ready' && <Ready codebook={codebook} searchParams={props.searchParams} />}
    </>
  )
}

function Waiting({ codebook }: { codebook: CodebookDetail }) {
  const { run, stage, size, series } = codebook
  const hasEnded = stage?.status === 'failed' || stage?.status === 'canceled'
  return (
    <>
      <EmptyState
        title={hasEnded ? 'The pre-training of this run did not finish' : 'The dictionary is still being learned'}
        text={
          hasEnded
            ? `Its pre-training is ${stage.status}. Codewords are indexed at the end of pre-training; the run page says what happened.`
            : 'Codewords and their patches are indexed at the end of pre-training. Until then the curves below show how much of the dictionary is used.'
        }
        action={<ButtonLink href={`/runs/${run.id}`}>Open the run</ButtonLink>}
        className="mb-8"
      />
      <OverTime series={series} size={size} />
    </>
  )
}

function Ready({ codebook, searchParams }: { codebook: CodebookDetail; searchParams: SearchParams }) {
  const { run, size, tokenCounts, series, deadCount } = codebook
  return (
    <>
      <Facts facts={factsOf(codebook)} />
      <div className="grid gap-x-8 lg:grid-cols-2">
        <Section title="Usage" description="Share of all tokens, the most used codeword first.">
          <UsageBars tokenCounts={tokenCounts} />
        </Section>
        <OverTime series={series} size={size} />
      </div>
      <Gallery runId={run.id} attributes={codebook.purity.map(({ attribute }) => attribute)} searchParams={searchParams} />
      {deadCount > 0 && <DeadCodewords runId={run.id} tokenCounts={tokenCounts} />}
    </>
  )
}

function OverTime({ series, size }: Pick<CodebookDetail, 'series' | 'size'>) {
  return (
    <Section title="Over pre-training" description="Codewords used, and perplexity: how many equally used codewords would be as varied.">
      <PerplexityChart series={series} size={size} />
    </Section>
  )
}

function factsOf({ size, usedCount, deadCount, perplexity, tokenCount, imageCount, purity, mvm }: CodebookDetail): Fact[] {
  return [
    { label: 'Codewords', value: formatCount(size), note: `${formatCount(tokenCount)} tokens of ${formatCount(imageCount)} images` },
    { label: 'Used', value: formatCount(usedCount), note: `${formatPercent(usedCount / size, 0)} of all; ${formatCount(deadCount)} dead` },
    {
      label: 'Perplexity ↑',
      value: perplexity === null ? <Missing reason="Not measured." /> : perplexity.toFixed(1),
      note: `of at most ${formatCount(size)}`,
    },
    {
      label: 'MVM accuracy ↑',
      value: mvm ? formatPercent(mvm.accuracy) : <Missing reason="No evaluation on val." />,
      note: mvm && mvm.mostFrequent !== null ? `most frequent codeword ${formatPercent(mvm.mostFrequent)}` : undefined,
    },
    ...purity.map(({ attribute, value, shuffled }) => ({
      label: `Purity, ${attribute} ↑`,
      value: formatPercent(value),
      note: shuffled === null ? undefined : `shuffled ${formatPercent(shuffled)}`,
    })),
  ]
}
