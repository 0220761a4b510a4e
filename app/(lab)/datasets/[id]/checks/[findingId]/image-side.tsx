import Image from 'next/image'
import Link from 'next/link'
import type { FindingImage } from '#lib/services/checks/finding-view'
import type { ImageDetail } from '#lib/services/datasets/get-image'
import { formatCount } from '../../../../../_ui/format'
import { Missing } from '../../../../../_ui/missing'
import { splitText } from '../split-text'

const shownTexts = 10

/** One image of a pair: what it is, where it is used, and what is said about it. */
export function ImageSide({ image, detail, name }: { image: FindingImage; detail: ImageDetail; name: string }) {
  const { dataset } = image
  return (
    <section aria-label={name} className="min-w-0">
      <div className="flex h-72 items-center justify-center overflow-hidden rounded border border-line bg-surface lg:h-96">
        {image.isMissing ? (
          <p className="text-muted">missing or damaged</p>
        ) : (
          <Image
            unoptimized
            src={`/api/images/${image.id}`}
            alt={`Image ${image.key}`}
            width={image.widthPx ?? 640}
            height={image.heightPx ?? 480}
            loading="eager"
            className={`size-full object-contain ${Math.max(image.widthPx ?? 0, image.heightPx ?? 0) <= 128 ? '[image-rendering:pixelated]' : ''}`}
          />
        )}
      </div>
      <dl className="mt-3 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-table">
        <dt className="text-muted">Image</dt>
        <dd className="min-w-0 break-words">
          <Link href={`/datasets/${dataset.id}/images/${image.id}`} className="text-accent hover:underline">
            {image.key}
          </Link>
        </dd>
        <dt className="text-muted">Dataset</dt>
        <dd>
          <Link href={`/datasets/${dataset.id}?version=${dataset.number}`} className="text-accent hover:underline">
            {dataset.name}
          </Link>
          , version {dataset.number}
        </dd>
        <dt className="text-muted">Used for</dt>
        <dd>{splitText(image.splits)}</dd>
        <dt className="text-muted">Size</dt>
        <dd className="tabular">
          {image.widthPx && image.heightPx ? `${image.widthPx} × ${image.heightPx} px` : <Missing reason="The image could not be read." />}
        </dd>
      </dl>
      <h2 className="mt-4 mb-1 text-sm font-medium">
        {detail.textCount > shownTexts ? `First ${shownTexts} of ${formatCount(detail.textCount)} texts` : 'Texts'}
      </h2>
      {detail.textCount === 0 && <p className="text-sm text-muted">No example shows it.</p>}
      <ul className="space-y-1 text-sm">
        {detail.texts.slice(0, shownTexts).map(({ id, text, split, label }) => (
          <li key={id} className="flex justify-between gap-3">
            <span className="line-clamp-3 min-w-0 break-words" title={text}>
              {text.trim() || '(no text)'}
            </span>
            <span className="shrink-0 text-muted">
              {split}
              {label && ` · ${label}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
