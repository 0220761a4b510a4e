import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import type { Context } from '#lib/services/context'
import { getCheck, type CheckDetail } from '#lib/services/checks/get-check'
import { listChecks } from '#lib/services/checks/list-checks'
import { listComparableVersions } from '#lib/services/checks/list-comparable-versions'
import { getDataset, type DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { Live } from '../../../../_live/live'
import { pageContext } from '../../../../_server/page-context'
import { mayEdit, one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { formatCount, formatDuration } from '../../../../_ui/format'
import { Notice } from '../../../../_ui/notice'
import { Section } from '../../../../_ui/section'
import { Time } from '../../../../_ui/time'
import { chosenVersion, DatasetHeader, numberInAddress } from '../dataset-header'
import { CheckForm } from './check-form'
import { CheckProgress } from './check-progress'
import { FindingList } from './finding-list'
import { FindingTable } from './finding-table'
import { LabelTables } from './label-tables'

export const metadata: Metadata = { title: 'Checks' }

interface Props {
  params: Promise<{ id: string }>
  searchParams: SearchParams
}

export default async function ChecksPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const dataset = await orNotFound(getDataset(ctx, { id: (await params).id }))
  const query = await searchParams
  const version = chosenVersion(dataset, one(query['version']))
  if (!version) notFound()
  const { checks } = await listChecks(ctx, { versionId: version.id })
  const [newest] = checks
  const finished = checks.find(({ status }) => status === 'succeeded')
  const open = newest && (newest.status === 'queued' || newest.status === 'running') ? await getCheck(ctx, { id: newest.id }) : null
  const report = finished ? await getCheck(ctx, { id: finished.id }) : null
  const failed = newest?.status === 'failed' ? await getCheck(ctx, { id: newest.id }) : null
  const address = { path: `/datasets/${dataset.id}/checks`, query: { version: numberInAddress(dataset, version) } }
  return (
    <>
      <DatasetHeader dataset={dataset} version={version} active="checks" canEdit={mayEdit(ctx)} />
      {open && <Live topics={[`check:${open.id}`]} />}
      {failed && (
        <Notice tone="error" className="mb-6">
          The last check failed: {failed.error}
        </Notice>
      )}
      {open ? (
        <CheckProgress check={open} mayEdit={mayEdit(ctx)} />
      ) : (
        mayEdit(ctx) && !report && <Start ctx={ctx} version={version} report={null} />
      )}
      {report?.summary && (
        <>
          <Origin check={report} />
          <FindingTable check={report} code={one(query['code'])} {...address} mayEdit={mayEdit(ctx)} />
          {one(query['code']) && (
            <FindingList ctx={ctx} checkId={report.id} code={one(query['code'])} after={one(query['after'])} {...address} />
          )}
          <LabelTables summary={report.summary} />
          {!open && mayEdit(ctx) && <Start ctx={ctx} version={version} report={report} />}
        </>
      )}
      {!report && !open && !mayEdit(ctx) && <p className="text-muted">This version was not checked yet. An editor can start a check.</p>}
    </>
  )
}

async function Start({ ctx, version, report }: { ctx: Context; version: DatasetVersionView; report: CheckDetail | null }) {
  const others = await listComparableVersions(ctx, { versionId: version.id })
  return (
    <Section
      title={report ? 'Check again' : 'Not checked yet'}
      description="A worker looks for test images in training, duplicates, contradictory labels, empty and absurdly long texts, unreadable images, and for what the texts alone give away."
    >
      <CheckForm versionId={version.id} number={version.number} others={others} last={report ? report.against.map(({ id }) => id) : null} />
    </Section>
  )
}

function Origin({ check }: { check: CheckDetail }) {
  const { against, summary, startedAt, finishedAt, startedBy } = check
  const seconds = startedAt && finishedAt ? (finishedAt.getTime() - startedAt.getTime()) / 1000 : null
  const looks = summary?.looks
  return (
    <p className="mb-6 max-w-[90ch] text-muted">
      Checked {startedBy && `by ${startedBy}, `}
      {finishedAt && <Time at={finishedAt} />}
      {seconds !== null && ` in ${formatDuration(seconds)}`},{' '}
      {against.length > 0
        ? `beside ${against.map(({ datasetName, number }) => `${datasetName}, version ${number}`).join('; ')}`
        : 'beside no other dataset'}
      .{' '}
      {looks &&
        `${formatCount(looks.compared)} different images were compared by their looks: at most ${looks.limitBits} of 128 bits may differ`}
      {looks && looks.plain > 0 && `; ${formatCount(looks.plain)} are too plain for it`}.
    </p>
  )
}
