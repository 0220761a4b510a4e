import type { Metadata } from 'next'
import Link from 'next/link'
import { getRun } from '#lib/services/runs/get-run'
import type { RunDetail, RunStageDetail } from '#lib/services/runs/get-run'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { StageCurves } from '../../../_charts/stage-curves'
import { Live } from '../../../_live/live'
import { ReviewPanel } from '../../../_review/review-panel'
import { pageContext } from '../../../_server/page-context'
import { TabsNav } from '../../../_ui/tabs-nav'
import { hrefWith, mayEdit, one, orNotFound, type SearchParams } from '../../../_server/page-data'
import { ConfigurationTab } from './configuration-tab'
import { LogTail } from './log-tail'
import { RunHeader } from './run-header'
import { ScoresTab } from './scores-tab'
import { StageTable } from './stage-table'

interface RunPageProps {
  params: Promise<{ id: string }>
  searchParams: SearchParams
}

const tabs = ['curves', 'scores', 'log', 'configuration', 'review'] as const
type Tab = (typeof tabs)[number]
const tabLabels: Record<Tab, string> = { curves: 'Curves', scores: 'Scores', log: 'Log', configuration: 'Configuration', review: 'Review' }

export async function generateMetadata({ params }: RunPageProps): Promise<Metadata> {
  const ctx = await pageContext()
  const run = await orNotFound(getRun(ctx, { id: (await params).id }))
  return { title: `${run.label} · seed ${run.seed}` }
}

export default async function RunPage({ params, searchParams }: RunPageProps) {
  const ctx = await pageContext()
  const { id } = await params
  const query = await searchParams
  const run = await orNotFound(getRun(ctx, { id }))
  const tab = tabs.find((name) => name === one(query['tab'])) ?? 'curves'
  const stage = run.stages.find(({ kind }) => kind === one(query['stage'])) ?? mostTelling(run.stages)
  const href = (name: Tab) => hrefWith(`/runs/${id}`, { tab: name === 'curves' ? undefined : name, stage: stage?.kind })
  return (
    <>
      <Live topics={[`run:${id}`]} />
      <RunHeader run={run} mayEdit={mayEdit(ctx)} />
      <StageTable run={run} mayEdit={mayEdit(ctx)} />
      <TabsNav label="Parts of the run" tabs={tabs.map((name) => ({ label: tabLabels[name], href: href(name), isActive: name === tab }))} />
      <TabContent tab={tab} run={run} stage={stage} />
    </>
  )
}

/** What runs now; else what failed; else the last stage that began. */
function mostTelling(stages: RunStageDetail[]): RunStageDetail | undefined {
  const find = (status: string) => stages.find((stage) => stage.status === status)
  return find('running') ?? find('failed') ?? stages.findLast(({ startedAt }) => startedAt !== null) ?? stages[0]
}

function TabContent({ tab, run, stage }: { tab: Tab; run: RunDetail; stage: RunStageDetail | undefined }) {
  switch (tab) {
    case 'curves':
      return (
        <>
          <StageChoice run={run} chosen={stage} tab={tab} />
          {stage && <StageCurves key={stage.stageId} stageId={stage.stageId} />}
        </>
      )
    case 'log':
      return (
        <>
          <StageChoice run={run} chosen={stage} tab={tab} />
          {stage && <LogTail key={stage.stageId} stageId={stage.stageId} />}
        </>
      )
    case 'scores':
      return <ScoresTab run={run} />
    case 'configuration':
      return <ConfigurationTab run={run} />
    case 'review':
      return <ReviewPanel subjectType="run" subjectId={run.id} />
  }
}

function StageChoice({ run, chosen, tab }: { run: RunDetail; chosen: RunStageDetail | undefined; tab: Tab }) {
  return (
    <nav aria-label="Stage" className="mb-4 flex flex-wrap gap-1">
      {run.stages.map(({ kind }) => (
        <Link
          key={kind}
          href={hrefWith(`/runs/${run.id}`, { tab: tab === 'curves' ? undefined : tab, stage: kind })}
          aria-current={kind === chosen?.kind ? 'true' : undefined}
          className="rounded px-2 py-0.5 text-sm text-muted hover:bg-hover aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-text"
        >
          {stageLabels[kind]}
        </Link>
      ))}
    </nav>
  )
}
