import type { Configuration } from '../config.ts'

/** Pixels that one forward pass without gradients sees at most: six images of 640 x 1024, or a thousand of 64 x 64. */
const pixelsAtOnce = 2 ** 22

/** How many images a forward pass without gradients takes, so that its memory does not grow with the images' size. At least one. */
export function imagesAtOnce({ image }: Pick<Configuration, 'image'>, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(pixelsAtOnce / (image.shortSidePx * image.longSidePx))))
}
