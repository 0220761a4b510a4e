import Image from 'next/image'
import Link from 'next/link'
import type { CodewordPatch } from '#lib/services/codebooks/codeword-tokens'
import { classNames } from '../../_ui/class-names'
import { patchHref, patchImageHref } from './addresses'

interface PatchProps {
  runId: string
  code: number
  patch: CodewordPatch
  /** Side of its box on the page. */
  sizePx: number
  /** The whole image with the patch outlined instead of the patch alone. */
  isInContext?: boolean
  className?: string
}

/** A patch in a fixed box, scaled up pixel by pixel; it opens its whole image. */
export function Patch({ runId, code, patch, sizePx, isInContext = false, className }: PatchProps) {
  const name = `Patch of codeword ${code}, row ${patch.row + 1}, column ${patch.column + 1}, distance ${patch.distance.toFixed(2)}: open its image`
  return (
    <Link
      href={patchHref(runId, code, patch)}
      prefetch={false}
      aria-label={name}
      title={`distance ${patch.distance.toFixed(2)}`}
      className={classNames('relative block overflow-hidden bg-hover hover:outline-2 hover:outline-accent', className)}
      style={{ width: sizePx, height: sizePx }}
    >
      {isInContext ? <InContext patch={patch} sizePx={sizePx} /> : <Alone patch={patch} sizePx={sizePx} />}
    </Link>
  )
}

interface InnerProps {
  patch: CodewordPatch
  sizePx: number
}

function Alone({ patch, sizePx }: InnerProps) {
  return (
    <Image
      unoptimized
      src={patchImageHref(patch)}
      alt=""
      width={sizePx}
      height={sizePx}
      className="size-full object-contain [image-rendering:pixelated]"
    />
  )
}

function InContext({ patch: { imageId, image, box }, sizePx }: InnerProps) {
  const scale = sizePx / Math.max(image.width, image.height, 1)
  const outline = { left: box.x * scale, top: box.y * scale, width: box.width * scale, height: box.height * scale }
  return (
    <>
      <Image
        unoptimized
        src={`/api/images/${imageId}/thumbnail?size=192`}
        alt=""
        width={Math.round(image.width * scale)}
        height={Math.round(image.height * scale)}
        className="[image-rendering:pixelated]"
      />
      <span className="absolute border-2 border-white outline-2 outline-black" style={outline} />
    </>
  )
}
