import type { Metadata } from 'next'
import { getAblation } from '#lib/services/ablations/get-ablation'
import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { conclusionOf } from '../../../_charts/prepare/ablation-conclusion'
import { Live } from '../../../_live/live'
import { pageContext } from '../../../_server/page-context'
import { TabsNav } from '../../../_ui/tabs-nav'
import { ReviewPanel } from '../../../_review/review-panel'
import { mayEdit, one, orNotFound, type SearchParams } from '../../../_server/page-data'
import { AblationConfiguration } from './ablation-configuration'
import { AblationHeader } from './ablation-header'
import { CurvesTab } from './curves-tab'
import { Grid } from './grid'
import { LeakNotice } from './leak-notice'
import { ResultsTab } from './results-tab'

interface AblationPageProps {
  params: Promise<{ id: string }>
  searchParams: SearchParams
}

const tabs = ['grid', 'results', 'curves', 'review', 'configuration'] as const
type Tab = (typeof tabs)[number]
const labels: Record<Tab, string> = { grid: 'Grid', results: 'Results', curves: 'Curves', review: 'Review', configuration: 'Configuration' }

export async function generateMetadata({ params }: AblationPageProps): Promise<Metadata> {
  const ctx = await pageContext()
  const { id } = await params
  const ablation = await orNotFound(getAblation(ctx, { id }))
  return { title: ablation.name }
}

export default async function AblationPage({ params, searchParams }: AblationPageProps) {
  const ctx = await pageContext()
  const { id } = await params
  const query = await searchParams
  const ablation = await orNotFound(getAblation(ctx, { id }))
  const tab = tabs.find((name) => name === query['tab']) ?? 'grid'
  return (
    <>
      <Live topics={[`ablation:${id}`]} />
      <AblationHeader ablation={ablation} sentence={conclusionOf(ablation).sentence} mayEdit={mayEdit(ctx)} />
      {ablation.leakAnswer && <LeakNotice answer={ablation.leakAnswer} />}
      <TabsNav
        label="Parts of the ablation"
        tabs={tabs.map((name) => ({
          label: labels[name],
          href: name === 'grid' ? `/ablations/${id}` : `?tab=${name}`,
          isActive: name === tab,
        }))}
      />
      <TabContent tab={tab} ablation={ablation} query={query} />
    </>
  )
}

function TabContent({ tab, ablation, query }: { tab: Tab; ablation: AblationDetail; query: Awaited<SearchParams> }) {
  switch (tab) {
    case 'grid':
      return <Grid ablation={ablation} />
    case 'results':
      return <ResultsTab ablation={ablation} />
    case 'curves':
      return <CurvesTab ablation={ablation} stage={one(query['stage'])} metric={one(query['metric'])} />
    case 'review':
      return <ReviewPanel subjectType="ablation" subjectId={ablation.id} />
    case 'configuration':
      return <AblationConfiguration ablation={ablation} />
  }
}
