import { expect, test } from 'vitest'
import { findOfficial, officialDatasets } from './official-splits.ts'

const split = (name: 'train' | 'val' | 'test', images: number, examples: number) => ({ split: name, images, examples })

test('a dataset is recognised by its counts, also with a few images missing', () => {
  expect(findOfficial('snli_ve', [split('train', 29_780, 529_400), split('val', 1000, 17_858)])?.name).toBe('SNLI-VE')
  expect(findOfficial('coco_karpathy', [split('train', 29_000, 144_998)])?.name).toBe('Flickr30K in Karpathy’s splits')
  expect(findOfficial('visual_genome', [split('train', 108_070, 5_400_000)])?.name).toBe('Visual Genome')
})

test('NLVR2 is recognised with one public test set and with both', () => {
  const training = [split('train', 100_000, 86_373), split('val', 8102, 6982)]
  expect(findOfficial('nlvr2', [...training, split('test', 8082, 6967)])?.name).toBe('NLVR2')
  const both = findOfficial('nlvr2', [...training, split('test', 16_000, 13_937)])
  expect(both?.splits.find((one) => one.split === 'test')?.examples).toBe(6967 + 6970)
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
