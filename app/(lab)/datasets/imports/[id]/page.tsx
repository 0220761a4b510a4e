import type { Metadata } from 'next'
import Link from 'next/link'
import { findFormat } from '#lib/services/imports/format-catalog'
import { getImport, type ImportDetail } from '#lib/services/imports/get-import'
import { Live } from '../../../../_live/live'
import { pageContext } from '../../../../_server/page-context'
import { ButtonLink } from '../../../../_ui/button'
import { formatCount, formatDuration } from '../../../../_ui/format'
import { Notice } from '../../../../_ui/notice'
import { PageHeader } from '../../../../_ui/page-header'
import { ProgressBar } from '../../../../_ui/progress-bar'
import { StateBadge } from '../../../../_ui/state-badge'
import { Time } from '../../../../_ui/time'
import { mayEdit, one, orNotFound, type SearchParams } from '../../../../_server/page-data'
import { CancelImport } from './cancel-import'
import { ProblemReport } from './problem-report'

export const metadata: Metadata = { title: 'Import' }

interface Props {
  params: Promise<{ id: string }>
  searchParams: SearchParams
}

export default async function ImportPage({ params, searchParams }: Props) {
  const ctx = await pageContext()
  const detail = await orNotFound(getImport(ctx, { id: (await params).id }))
  const query = await searchParams
  const isOpen = detail.status === 'queued' || detail.status === 'running'
  return (
    <>
      <PageHeader
        title={`Import into ${detail.dataset.name}`}
        trail={[
          { label: 'Datasets', href: '/datasets' },
          { label: detail.dataset.name, href: `/datasets/${detail.dataset.id}` },
        ]}
        status={<StateBadge status={detail.status} />}
        actions={isOpen && mayEdit(ctx) ? <CancelImport id={detail.id} /> : <Result detail={detail} />}
      >
        <Origin detail={detail} />
      </PageHeader>
      <Live topics={[`import:${detail.id}`]} />
      <Outcome detail={detail} />
      <Progress detail={detail} />
      <Counts detail={detail} />
      <ProblemReport ctx={ctx} detail={detail} code={one(query.code)} after={one(query.after)} />
    </>
  )
}

function Result({ detail }: { detail: ImportDetail }) {
  if (detail.status !== 'succeeded') return null
  return (
    <ButtonLink href={`/datasets/${detail.dataset.id}`} variant="primary">
      {detail.version ? `Open version ${detail.version.number}` : 'Open the dataset'}
    </ButtonLink>
  )
}

function Origin({ detail }: { detail: ImportDetail }) {
  const files = detail.files.map(({ name, split }) => (split ? `${name} (${split})` : name))
  const images = detail.imageRoots.length > 0 ? `images from ${detail.imageRoots.join(', ')}` : 'no images'
  const seconds = detail.startedAt && detail.finishedAt ? (detail.finishedAt.getTime() - detail.startedAt.getTime()) / 1000 : null
  return (
    <>
      {findFormat(detail.dataset.format)?.label}: {files.join(', ')}; {images}. Started {detail.startedBy ? `by ${detail.startedBy}, ` : ''}
      <Time at={detail.createdAt} />
      {seconds !== null && `, took ${formatDuration(seconds)}`}.
    </>
  )
}

function Outcome({ detail }: { detail: ImportDetail }) {
  const { status, error, phase, dataset } = detail
  if (status === 'failed')
    return (
      <Notice tone="error" className="mb-6">
        {error} Nothing was added to {dataset.name};{' '}
        <Link href="/datasets/new" className="text-accent underline">
          import again
        </Link>{' '}
        with the right files.
      </Notice>
    )
  if (status === 'canceled')
    return (
      <Notice tone="warning" className="mb-6">
        The import was canceled; nothing was added to {dataset.name}.
      </Notice>
    )
  if (status === 'succeeded' && phase !== '')
    return (
      <Notice tone="info" className="mb-6">
        {phase}
      </Notice>
    )
  return null
}

function Progress({ detail: { status, phase, done, total } }: { detail: ImportDetail }) {
  if (status !== 'queued' && status !== 'running') return null
  return (
    <div className="mb-6 max-w-xl">
      <div className="mb-1 flex justify-between gap-4 text-sm">
        <span>{phase}</span>
        <span className="tabular text-muted">
          {formatCount(done)}
          {total !== null && ` of ${formatCount(total)}`}
        </span>
      </div>
      <ProgressBar value={total ? done / total : null} label={phase} />
    </div>
  )
}

function Counts({ detail }: { detail: ImportDetail }) {
  const figures = [
    ['Records taken', detail.takenCount],
    ['Records set aside', detail.refusedCount],
    ['Warnings', detail.warningCount],
  ] as const
  return (
    <dl className="mb-8 flex flex-wrap gap-x-10 gap-y-3">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt className="text-sm text-muted">{label}</dt>
          <dd className="tabular text-xl font-semibold">{formatCount(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
