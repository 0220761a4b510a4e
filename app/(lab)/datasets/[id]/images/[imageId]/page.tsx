import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { listChanges } from '#lib/services/changes/list-changes'
import { getImage, type ImageDetail } from '#lib/services/datasets/get-image'
import { Live } from '../../../../../_live/live'
import { CommentPanel } from '../../../../../_review/review-panel'
import { pageContext } from '../../../../../_server/page-context'
import { mayEdit, orNotFound } from '../../../../../_server/page-data'
import { ButtonLink } from '../../../../../_ui/button'
import { formatCount } from '../../../../../_ui/format'
import { Notice } from '../../../../../_ui/notice'
import { PageHeader } from '../../../../../_ui/page-header'
import { About } from './about'
import { BoxedImage } from './boxed-image'
import { ExcludeImage } from './edit-forms'
import { Tags } from './tags'
import { Texts } from './texts'
import { Uses } from './uses'

export const metadata: Metadata = { title: 'Image' }

export default async function ImagePage({ params }: { params: Promise<{ id: string; imageId: string }> }) {
  const ctx = await pageContext()
  const { id, imageId } = await params
  const image = await orNotFound(getImage(ctx, { id: imageId }))
  if (image.dataset.id !== id) notFound()
  const { changes } = await listChanges(ctx, { versionId: image.version.id, limit: 500 })
  const canEdit = mayEdit(ctx) && image.version.isNewest
  const exclusion = changes.find(({ kind, imageId: shown }) => kind === 'exclude_image' && shown === image.id)
  return (
    <>
      <PageHeader
        title={`Image ${image.key}`}
        trail={[
          { label: 'Datasets', href: '/datasets' },
          { label: image.dataset.name, href: `/datasets/${id}` },
          { label: 'Images', href: gridHref(image) },
        ]}
        status={<span className="tabular text-sm text-muted">number {formatCount(image.position + 1)}</span>}
        actions={<Neighbours image={image} />}
      />
      <Live topics={[`dataset:${id}`]} />
      {!image.version.isNewest && (
        <Notice tone="info" className="mb-4">
          This is version {image.version.number}; there is a newer one. What is changed is changed there.
        </Notice>
      )}
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,30rem)_minmax(0,1fr)]">
        <div className="min-w-0">
          <Picture image={image} />
          <About image={image} />
          <Tags imageId={image.id} tags={image.tags} canEdit={mayEdit(ctx)} />
          {(canEdit || exclusion) && <ExcludeImage imageId={image.id} exclusion={exclusion} canEdit={canEdit} />}
        </div>
        <div className="min-w-0">
          <Texts image={image} changes={changes} canEdit={canEdit} canTag={mayEdit(ctx)} />
          <Uses ctx={ctx} image={image} />
          <CommentPanel subjectType="image" subjectId={image.subjectId} />
        </div>
      </div>
    </>
  )
}

/** The grid with this image in sight. */
function gridHref({ dataset, version, position }: ImageDetail): string {
  const query = new URLSearchParams(version.isNewest ? {} : { version: String(version.number) })
  if (position > 0) query.set('at', String(position))
  return `/datasets/${dataset.id}/images${query.size > 0 ? `?${query}` : ''}`
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
  const { id, key, digest, widthPx, heightPx } = image
  if (digest === null || widthPx === null || heightPx === null)
    return (
      <p className="rounded border border-dashed border-line px-4 py-12 text-center text-muted">
        The file was missing or damaged at the import.
      </p>
    )
  return <BoxedImage id={id} name={key} widthPx={widthPx} heightPx={heightPx} groups={boxGroups(image)} />
}

/** Regions are as many as texts: they are drawn when somebody asks. */
function boxGroups({ objects, texts }: ImageDetail) {
  const named = objects.map(({ category, attributes, ...box }) => ({
    ...box,
    name: category,
    detail: Object.values(attributes).join(', '),
  }))
  const regions = texts.flatMap(({ id, text, box }) => (box ? [{ ...box, id, name: text, detail: '' }] : []))
  return [
    { title: 'box', boxes: named, isShown: true },
    { title: 'region', boxes: regions, isShown: false },
  ]
}
