import { expect, test } from 'vitest'
import { findOfficial, officialDatasets } from './official-splits.ts'

const split = (name: 'train' | 'val' | 'test', images: number, examples: number) => ({ split: name, images, examples })

test('a dataset is recognised by its counts, also with a few images missing', () => {
  expect(findOfficial('snli_ve', [split('train', 29_780, 529_400), split('val', 1000, 17_858)])?.name).toBe('SNLI-VE')
  expect(findOfficial('coco_karpathy', [split('train', 29_000, 144_998)])?.name).toBe('Flickr30K in Karpathy’s splits')
  expect(findOfficial('visual_genome', [split('train', 108_070, 5_400_000)])?.name).toBe('Visual Genome')
})

test('somebody’s own data is compared with nothing', () => {
  expect(findOfficial('snli_ve', [split('train', 100, 2000)])).toBeNull()
  expect(findOfficial('json_lines', [split('train', 29_783, 529_527)])).toBeNull()
})

test('the splits of COCO add up to its published sum', () => {
  const coco = officialDatasets.find(({ name }) => name.startsWith('COCO in'))
  expect(coco?.splits.reduce((sum, { examples }) => sum + (examples ?? 0), 0)).toBe(616_767)
  expect(coco?.splits.reduce((sum, { images }) => sum + (images ?? 0), 0)).toBe(123_287)
})
