import Image from 'next/image'

interface Props {
  image: { id: string; key: string; isMissing: boolean; widthPx?: number | null; heightPx?: number | null }
  /** Of the square it is shown in. */
  sizePx: number
  loading: 'lazy' | 'eager'
}

/** An image small, or that it is not there. Enlarged, small drawings keep their pixels sharp. */
export function Thumbnail({ image, sizePx, loading }: Props) {
  if (image.isMissing) return <span className="px-2 text-center text-xs text-muted">missing or damaged</span>
  const longerPx = Math.max(image.widthPx ?? 0, image.heightPx ?? 0)
  return (
    <Image
      unoptimized
      src={`/api/images/${image.id}/thumbnail?size=192`}
      alt={`Image ${image.key}`}
      width={sizePx}
      height={sizePx}
      loading={loading}
      className={`size-full object-contain ${longerPx > 0 && longerPx <= 128 ? '[image-rendering:pixelated]' : ''}`}
    />
  )
}
