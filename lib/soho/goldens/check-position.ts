import { sinePositions } from '../model/position.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { imagesToReference } from './reference-layout.ts'
import { gridsOf } from './visual-mask.ts'

/** 2-D sine maps of images with and without padding. */
export function checkPosition(golden: Golden, found: Comparisons): void {
  for (const run of golden.runs('input/')) {
    const wanted = golden.get(`output/${run}/pos`)
    const [images, width, h, w] = wanted.shape as [number, number, number, number]
    const map = sinePositions(gridsOf(golden.get(`input/${run}/mask`)), h, w, width)
    const actual = imagesToReference({ shape: [images, h, w, width], data: map })
    found.near(run, actual.data, wanted.data, golden.tolerance('forward', 1e-5))
  }
}
