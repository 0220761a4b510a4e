import type { Split } from './record.ts'

interface Published {
  name: string
  images?: number
  examples?: number
}

/** Sizes that the datasets' authors publish, or that were counted in their files, by how a file is named. */
const published: { format: string; file: RegExp; counts: Published }[] = [
  { format: 'coco_captions', file: /captions_train2014/, counts: { name: 'train2014', images: 82_783, examples: 414_113 } },
  { format: 'coco_captions', file: /captions_val2014/, counts: { name: 'val2014', images: 40_504, examples: 202_654 } },
  { format: 'coco_captions', file: /captions_train2017/, counts: { name: 'train2017', images: 118_287, examples: 591_753 } },
  { format: 'coco_captions', file: /captions_val2017/, counts: { name: 'val2017', images: 5000, examples: 25_014 } },
  { format: 'coco_karpathy', file: /dataset_coco\b/, counts: { name: 'COCO in Karpathy’s splits', images: 123_287, examples: 616_767 } },
  {
    format: 'coco_karpathy',
    file: /dataset_flickr30k/,
    counts: { name: 'Flickr30K in Karpathy’s splits', images: 31_014, examples: 155_070 },
  },
  { format: 'coco_karpathy', file: /dataset_flickr8k/, counts: { name: 'Flickr8k', images: 8000, examples: 40_000 } },
  { format: 'flickr_tokens', file: /^results(_\d+)?\.(token|csv)/, counts: { name: 'Flickr30K', images: 31_783, examples: 158_915 } },
  { format: 'flickr_tokens', file: /^Flickr8k\.token/, counts: { name: 'Flickr8k', images: 8092, examples: 40_460 } },
  { format: 'visual_genome', file: /region_descriptions/, counts: { name: 'Visual Genome', images: 108_077 } },
  { format: 'vqa_v2', file: /train2014_questions/, counts: { name: 'train2014', images: 82_783, examples: 443_757 } },
  { format: 'vqa_v2', file: /val2014_questions/, counts: { name: 'val2014', images: 40_504, examples: 214_354 } },
  { format: 'vqa_v2', file: /test2015_questions/, counts: { name: 'test2015', images: 81_434, examples: 447_793 } },
  { format: 'vqa_v2', file: /test-dev2015_questions/, counts: { name: 'test-dev2015', examples: 107_394 } },
  { format: 'nlvr2', file: /^(?!.*balanced)train\b/, counts: { name: 'train', examples: 86_373 } },
  { format: 'nlvr2', file: /^(?!.*balanced)dev\b/, counts: { name: 'dev', images: 8102, examples: 6982 } },
  { format: 'nlvr2', file: /^(?!.*balanced)test1\b/, counts: { name: 'test1', images: 8082, examples: 6967 } },
  { format: 'nlvr2', file: /^(?!.*balanced)test2\b/, counts: { name: 'test2', images: 8148, examples: 6970 } },
  { format: 'nlvr', file: /^train\b/, counts: { name: 'train', examples: 12_410 } },
  { format: 'nlvr', file: /^dev\b/, counts: { name: 'dev', examples: 989 } },
  { format: 'nlvr', file: /^test\b/, counts: { name: 'test', examples: 990 } },
  { format: 'nlvr', file: /^hidden\b/, counts: { name: 'hidden', examples: 985 } },
  { format: 'snli_ve', file: /snli_ve_train/, counts: { name: 'train', images: 29_783, examples: 529_527 } },
  { format: 'snli_ve', file: /snli_ve_dev/, counts: { name: 'dev', images: 1000, examples: 17_858 } },
  { format: 'snli_ve', file: /snli_ve_test/, counts: { name: 'test', images: 1000, examples: 17_901 } },
]

export interface CountedFile {
  name: string
  role: string
  split: Split | null
  subtype: string | null
}

/** A sentence for each number of a file that differs from the published one; none for files that no published set is named like. */
export function officialCounts(format: string, file: CountedFile, found: { images: number; examples: number }): string[] {
  if (['instances', 'annotations', 'image-data', 'split-list'].includes(file.role)) return []
  const known = published.find((entry) => entry.format === format && entry.file.test(file.name))?.counts
  if (!known) return []
  const pairs = [
    ['images', found.images, known.images],
    ['examples', found.examples, known.examples],
  ] as const
  return pairs.flatMap(([what, count, official]) =>
    official === undefined || official === count
      ? []
      : [`${count.toLocaleString('en')} ${what}, the published ${known.name} has ${official.toLocaleString('en')}`],
  )
}
