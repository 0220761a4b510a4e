import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ImageDetail } from '#lib/services/datasets/get-image'
import { formatBytes } from '../../../../../_ui/format'
import { Missing } from '../../../../../_ui/missing'

/** What is known of the file, and under which terms it may be used. */
export function About({ image }: { image: ImageDetail }) {
  const { fileName, widthPx, heightPx, mediaType, sizeBytes, location, digest, cocoId, flickrId, version, dataset } = image
  const size = widthPx !== null && heightPx !== null ? `${widthPx} x ${heightPx} px` : null
  const rows: [string, ReactNode][] = [
    ['File', fileName],
    [
      'Size',
      [size, mediaType, sizeBytes !== null && formatBytes(sizeBytes)].filter(Boolean).join(', ') || (
        <Missing reason="It could not be read." />
      ),
    ],
    ['Lies in', location ?? (digest ? 'the lab’s own store' : <Missing reason="It was not found at the import." />)],
    ['Digest', digest ? <code className="font-mono text-xs break-all">{digest}</code> : <Missing reason="There are no bytes." />],
    ...(cocoId ? ([['Id in COCO', cocoId]] as [string, ReactNode][]) : []),
    ...(flickrId ? ([['Id at Flickr', flickrId]] as [string, ReactNode][]) : []),
    ['Licence', dataset.license || <Missing reason="None was given." />],
    ['Attribution', dataset.attribution || <Missing reason="None was given." />],
    [
      'Version',
      <Link key="version" href={`/datasets/${dataset.id}?version=${version.number}`} className="text-accent hover:underline">
        Version {version.number} of {dataset.name}
      </Link>,
    ],
  ]
  return (
    <dl className="mt-4 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1 text-table">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
