import Image from 'next/image'
import Link from 'next/link'
import type { Context } from '#lib/services/context'
import type { DatasetDetail, DatasetVersionView } from '#lib/services/datasets/get-dataset'
import { listImages, type ImageView } from '#lib/services/datasets/list-images'
import { findFormat, splits, type Split } from '#lib/services/imports/format-catalog'
import { Button, ButtonLink } from '../../../_ui/button'
import { formatCount } from '../../../_ui/format'
import { Section } from '../../../_ui/section'
import { hrefWith } from '../../../_server/page-data'

const pageSize = 60

interface Props {
  ctx: Context
  dataset: DatasetDetail
  version: DatasetVersionView
  search: string
  split: string
  page: number
}

/** The version's images, found by their texts, in boxes of a fixed size. */
export async function ImageGrid({ ctx, dataset, version, search, split, page }: Props) {
  const chosen = splits.find((known) => known === split)
  const { images, total } = await listImages(ctx, {
    ...{ versionId: version.id, search: search.slice(0, 200), page, limit: pageSize },
    ...(chosen ? { split: chosen } : {}),
  })
  const path = `/datasets/${dataset.id}`
  const href = (wanted: number) =>
    `${hrefWith(path, { version: shownNumber(dataset, version), q: search, split: chosen, page: wanted })}#images`
  const first = (page - 1) * pageSize
  const word = findFormat(dataset.format)?.exampleWord ?? 'texts'
  const range = images.length === 0 ? 'None' : `${formatCount(first + 1)} to ${formatCount(first + images.length)}`
  return (
    <Section
      title="Images"
      id="images"
      description={`${range} of ${formatCount(total)}${search || chosen ? ' that match' : ''}.`}
      actions={<SearchForm dataset={dataset} version={version} search={search} split={chosen} word={word} />}
    >
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(104px,1fr))] gap-3">
        {images.map((image) => (
          <GridImage key={image.id} image={image} datasetId={dataset.id} />
        ))}
      </ul>
      {images.length === 0 && <p className="text-muted">No image has such a text. Try fewer words.</p>}
      {total > pageSize && (
        <nav aria-label="Pages of images" className="mt-4 flex items-center gap-3">
          {page > 1 && (
            <ButtonLink href={href(page - 1)} size="small" rel="prev">
              Previous
            </ButtonLink>
          )}
          <span className="tabular text-sm text-muted">
            Page {formatCount(page)} of {formatCount(Math.ceil(total / pageSize))}
          </span>
          {first + images.length < total && (
            <ButtonLink href={href(page + 1)} size="small" rel="next">
              Next
            </ButtonLink>
          )}
        </nav>
      )}
    </Section>
  )
}

const shownNumber = (dataset: DatasetDetail, version: DatasetVersionView) =>
  version.id === dataset.versions[0]?.id ? undefined : version.number

interface SearchProps {
  dataset: DatasetDetail
  version: DatasetVersionView
  search: string
  split: Split | undefined
  word: string
}

function SearchForm({ dataset, version, search, split, word }: SearchProps) {
  const held = splits.filter((known) => version.counts.examples[known] > 0)
  const control = 'h-7 rounded border border-line-strong bg-surface px-2 text-sm text-text'
  return (
    <form action={`/datasets/${dataset.id}#images`} className="flex flex-wrap items-center gap-2" role="search">
      {shownNumber(dataset, version) !== undefined && <input type="hidden" name="version" value={version.number} />}
      <input
        type="search"
        name="q"
        defaultValue={search}
        maxLength={200}
        placeholder={`Words in the ${word}`}
        aria-label={`Words in the ${word}`}
        className={`${control} w-48 placeholder:text-muted`}
      />
      <select name="split" defaultValue={split ?? ''} aria-label="Split" className={control}>
        <option value="">every split</option>
        {held.map((known) => (
          <option key={known} value={known}>
            {known}
          </option>
        ))}
      </select>
      <Button type="submit" size="small">
        Search
      </Button>
    </form>
  )
}

function GridImage({ image, datasetId }: { image: ImageView; datasetId: string }) {
  return (
    <li>
      <Link href={`/datasets/${datasetId}/images/${image.id}`} prefetch={false} title={image.key} className="group block">
        <span className="flex aspect-square items-center justify-center overflow-hidden rounded border border-line bg-surface group-hover:border-accent">
          {image.isMissing ? (
            <span className="px-2 text-center text-xs text-muted">missing or damaged</span>
          ) : (
            <Image
              unoptimized
              src={`/api/images/${image.id}/thumbnail?size=192`}
              alt={`Image ${image.key}`}
              width={192}
              height={192}
              loading="lazy"
              className={`size-full object-contain ${isSmall(image) ? '[image-rendering:pixelated]' : ''}`}
            />
          )}
        </span>
        <span className="mt-1 block truncate text-xs text-muted group-hover:text-text">{image.key}</span>
      </Link>
    </li>
  )
}

/** Enlarged, small drawings keep their pixels sharp. */
const isSmall = ({ widthPx, heightPx }: ImageView) => Math.max(widthPx ?? 0, heightPx ?? 0) <= 128
