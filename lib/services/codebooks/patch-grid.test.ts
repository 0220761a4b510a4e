import { expect, test } from 'vitest'
import { presets } from '#lib/soho/presets'
import { tokenStridePx } from '#lib/soho/model/soho'
import { coveredGrid, patchBox, patchSidePx } from './patch-grid.ts'

test('a patch lies where the model looked: its side is the token stride on the scaled image', () => {
  for (const configuration of Object.values(presets)) {
    const { shortSidePx } = configuration.image
    expect(patchSidePx(configuration, { width: shortSidePx, height: shortSidePx })).toBe(tokenStridePx(configuration))
  }
  expect(patchSidePx(presets.tiny, { width: 128, height: 128 })).toBe(32)
  // The long side reaches its maximum first: 2000 px become 1000.
  expect(patchSidePx(presets.ablation, { width: 2000, height: 500 })).toBe(128)
})

test('a patch at the edge is cut to what is left of the image', () => {
  expect(patchBox(64, { width: 600, height: 100 }, 1, 9)).toEqual({ x: 576, y: 64, width: 24, height: 36 })
})

test('cells that only pad the batch are not part of the map', () => {
  expect(coveredGrid([1, 2, -1, 3, 4, -1, -1, -1, -1], 3, 3)).toEqual({ rows: 2, columns: 2 })
})
