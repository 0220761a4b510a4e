import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { getImage, type ImageDetail } from '#lib/services/datasets/get-image'
import { pageContext } from '../../../../../_server/page-context'
import { ButtonLink } from '../../../../../_ui/button'
import { PageHeader } from '../../../../../_ui/page-header'
import { orNotFound } from '../../../../../_server/page-data'
import { BoxedImage } from './boxed-image'
import { Texts } from './texts'

export const metadata: Metadata = { title: 'Image' }

export default async function ImagePage({ params }: { params: Promise<{ id: string; imageId: string }> }) {
  const ctx = await pageContext()
  const { id, imageId } = await params
  const image = await orNotFound(getImage(ctx, { id: imageId }))
  if (image.dataset.id !== id) notFound()
  return (
    <>
      <PageHeader
        title={`Image ${image.key}`}
        trail={[
          { label: 'Datasets', href: '/datasets' },
          { label: image.dataset.name, href: `/datasets/${id}` },
        ]}
        actions={<Neighbours image={image} />}
      />
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,30rem)_minmax(0,1fr)]">
        <div>
          <Picture image={image} />
          <About image={image} />
        </div>
        <div className="min-w-0">
          <Texts image={image} />
        </div>
      </div>
    </>
  )
}

function Neighbours({ image: { dataset, previousId, nextId } }: { image: ImageDetail }) {
  const href = (imageId: string) => `/datasets/${dataset.id}/images/${imageId}`
  return (
    <>
      {previousId && (
        <ButtonLink href={href(previousId)} size="small" rel="prev">
          Previous
        </ButtonLink>
      )}
      {nextId && (
        <ButtonLink href={href(nextId)} size="small" rel="next">
          Next
        </ButtonLink>
      )}
    </>
  )
}

function Picture({ image }: { image: ImageDetail }) {
  const { id, key, digest, widthPx, heightPx, objects } = image
  if (digest === null || widthPx === null || heightPx === null)
    return (
      <p className="rounded border border-dashed border-line px-4 py-12 text-center text-muted">
        The file was missing or damaged at the import.
      </p>
    )
  return <BoxedImage id={id} name={key} widthPx={widthPx} heightPx={heightPx} objects={objects} />
}

function About({ image }: { image: ImageDetail }) {
  const { fileName, widthPx, heightPx, mediaType, version, dataset } = image
  const rows = [
    ['File', fileName],
    ['Size', widthPx === null ? 'not known' : `${widthPx} x ${heightPx} px, ${mediaType}`],
    ['Licence', dataset.license || 'not given'],
    ['Attribution', dataset.attribution || 'not given'],
  ]
  return (
    <dl className="mt-4 grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1 text-table">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
      <dt className="text-muted">Version</dt>
      <dd>
        <Link href={`/datasets/${dataset.id}?version=${version.number}`} className="text-accent hover:underline">
          Version {version.number} of {dataset.name}
        </Link>
      </dd>
    </dl>
  )
}
