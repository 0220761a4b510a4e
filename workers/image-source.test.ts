import { expect, it } from 'vitest'
import { scaledSize } from './decode-image.ts'
import { createImageSource } from './image-source.ts'

it('an image is wide by its stored size; one of unknown size, or square, is not', () => {
  const images = [
    { file: 'a', widthPx: 640, heightPx: 480 },
    { file: 'b', widthPx: 480, heightPx: 640 },
    { file: 'c', widthPx: 64, heightPx: 64 },
    { file: 'd' },
  ]
  const source = createImageSource(images, { shortSidePx: 64, longSidePx: 64 }, 16)
  expect(images.map((_, index) => source.isWide(index))).toEqual([true, false, false, false])
})

it('the short side gets its length, unless the long side would pass its maximum', () => {
  const rule = { shortSidePx: 600, longSidePx: 1000 }
  expect(scaledSize(640, 480, rule)).toEqual({ widthPx: 800, heightPx: 600 })
  expect(scaledSize(480, 640, rule)).toEqual({ widthPx: 600, heightPx: 800 })
  expect(scaledSize(2000, 500, rule)).toEqual({ widthPx: 1000, heightPx: 250 })
})
