import type { Metadata } from 'next'
import { findingCode } from '#lib/services/checks/finding-catalog'
import { getFinding, type FindingDetail } from '#lib/services/checks/get-finding'
import { getDataset } from '#lib/services/datasets/get-dataset'
import { getImage } from '#lib/services/datasets/get-image'
import { pageContext } from '../../../../../_server/page-context'
import { hrefWith, orNotFound } from '../../../../../_server/page-data'
import { ButtonLink } from '../../../../../_ui/button'
import { formatCount } from '../../../../../_ui/format'
import { PageHeader } from '../../../../../_ui/page-header'
import { ExamplePair } from './example-pair'
import { ImageSide } from './image-side'

interface Props {
  params: Promise<{ id: string; findingId: string }>
}

export const metadata: Metadata = { title: 'Finding' }

/** Both sides of a finding, and the way to the ones before and after it. */
export default async function FindingPage({ params }: Props) {
  const ctx = await pageContext()
  const { id, findingId } = await params
  const finding = await orNotFound(getFinding(ctx, { id: findingId }))
  const dataset = await orNotFound(getDataset(ctx, { id }))
  const sides = await Promise.all(
    [finding.image, finding.otherImage?.id === finding.image?.id ? null : finding.otherImage].map(async (image) =>
      image ? { image, detail: await getImage(ctx, { id: image.id }) } : null,
    ),
  )
  const kind = findingCode(finding.code)
  const report = hrefWith(`/datasets/${id}/checks`, { version: finding.check.number, code: finding.code })
  return (
    <>
      <PageHeader
        title={kind?.label ?? finding.code}
        trail={[
          { label: 'Datasets', href: '/datasets' },
          { label: dataset.name, href: `/datasets/${id}` },
          { label: 'Checks', href: report },
        ]}
        status={
          <span className="tabular text-sm text-muted">
            {formatCount(finding.place)} of {formatCount(finding.total)}
          </span>
        }
        actions={<Neighbours finding={finding} path={`/datasets/${id}/checks`} />}
      >
        {kind?.text}
        {finding.distance !== null && ` ${finding.distance} of 128 bits differ.`}
      </PageHeader>
      {finding.example && <ExamplePair example={finding.example} other={finding.otherExample} />}
      <div className="grid gap-6 md:grid-cols-2">
        {sides.map((side, i) => side && <ImageSide key={side.image.id} {...side} name={i === 0 ? 'The image' : 'The other image'} />)}
      </div>
    </>
  )
}

function Neighbours({ finding: { previousId, nextId }, path }: { finding: FindingDetail; path: string }) {
  return (
    <>
      {previousId && (
        <ButtonLink href={`${path}/${previousId}`} size="small" rel="prev">
          Previous
        </ButtonLink>
      )}
      {nextId && (
        <ButtonLink href={`${path}/${nextId}`} size="small" rel="next">
          Next
        </ButtonLink>
      )}
    </>
  )
}
