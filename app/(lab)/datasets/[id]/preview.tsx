import Image from 'next/image'
import Link from 'next/link'
import type { Context } from '#lib/services/context'
import type { DatasetDetail, DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { listImages } from '#lib/services/datasets/list-images'
import { hrefWith } from '../../../_server/page-data'
import { ButtonLink } from '../../../_ui/button'
import { formatCount } from '../../../_ui/format'
import { Section } from '../../../_ui/section'
import { numberInAddress } from './dataset-header'

/** The first images of a version, and the way to the others. */
export async function Preview({ ctx, dataset, version }: { ctx: Context; dataset: DatasetDetail; version: DatasetVersionView }) {
  const { images, total } = await listImages(ctx, { versionId: version.id, limit: 24 })
  const shown = images.filter(({ isMissing }) => !isMissing).slice(0, 12)
  if (shown.length === 0) return null
  const href = hrefWith(`/datasets/${dataset.id}/images`, { version: numberInAddress(dataset, version) })
  return (
    <Section
      title="Images"
      actions={
        <ButtonLink href={href} size="small">
          {total === 1 ? 'Look at the image' : `Look at all ${formatCount(total)}`}
        </ButtonLink>
      }
    >
      <ul className="grid max-h-28 grid-cols-[repeat(auto-fill,minmax(104px,1fr))] gap-3 overflow-hidden">
        {shown.map((image) => (
          <li key={image.id}>
            <Link
              href={`/datasets/${dataset.id}/images/${image.id}`}
              prefetch={false}
              title={image.key}
              className="flex h-28 items-center justify-center overflow-hidden rounded border border-line bg-surface hover:border-accent"
            >
              <Image
                unoptimized
                src={`/api/images/${image.id}/thumbnail?size=192`}
                alt={`Image ${image.key}`}
                width={192}
                height={192}
                className={`size-full object-contain ${Math.max(image.widthPx ?? 0, image.heightPx ?? 0) <= 128 ? '[image-rendering:pixelated]' : ''}`}
              />
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
