/**
 * What the publishers of a dataset say its splits hold. Null: not published, or not the same from release to release.
 */
export interface OfficialSplit {
  split: 'train' | 'restval' | 'val' | 'test'
  images: number | null
  examples: number | null
}

export interface OfficialDataset {
  name: string
  format: string
  splits: OfficialSplit[]
}

const split = (name: OfficialSplit['split'], images: number | null, examples: number | null): OfficialSplit => ({
  split: name,
  images,
  examples,
})

export const officialDatasets: OfficialDataset[] = [
  {
    name: 'COCO in Karpathy’s splits',
    format: 'coco_karpathy',
    splits: [split('train', 82_783, 414_113), split('restval', 30_504, 152_634), split('val', 5000, 25_010), split('test', 5000, 25_010)],
  },
  {
    name: 'Flickr30K in Karpathy’s splits',
    format: 'coco_karpathy',
    splits: [split('train', 29_000, 145_000), split('val', 1014, 5070), split('test', 1000, 5000)],
  },
  {
    name: 'Flickr8k in Karpathy’s splits',
    format: 'coco_karpathy',
    splits: [split('train', 6000, 30_000), split('val', 1000, 5000), split('test', 1000, 5000)],
  },
  { name: 'COCO captions 2014', format: 'coco_captions', splits: [split('train', 82_783, 414_113), split('val', 40_504, 202_654)] },
  { name: 'COCO captions 2017', format: 'coco_captions', splits: [split('train', 118_287, 591_753), split('val', 5000, 25_014)] },
  { name: 'Flickr30K', format: 'flickr_tokens', splits: [split('train', 31_783, 158_915)] },
  { name: 'Flickr8k', format: 'flickr_tokens', splits: [split('train', 8092, 40_460)] },
  { name: 'Visual Genome', format: 'visual_genome', splits: [split('train', 108_077, null)] },
  {
    name: 'VQA v2',
    format: 'vqa_v2',
    splits: [split('train', 82_783, 443_757), split('val', 40_504, 214_354), split('test', 81_434, 447_793)],
  },
  { name: 'NLVR2', format: 'nlvr2', splits: [split('train', null, 86_373), split('val', 8102, 6982), split('test', 8082, 6967)] },
  {
    name: 'NLVR2 with both of its public test sets',
    format: 'nlvr2',
    splits: [split('train', null, 86_373), split('val', 8102, 6982), split('test', null, 13_937)],
  },
  { name: 'NLVR', format: 'nlvr', splits: [split('train', null, 12_410), split('val', null, 989), split('test', null, 990)] },
  {
    name: 'SNLI-VE',
    format: 'snli_ve',
    splits: [split('train', 29_783, 529_527), split('val', 1000, 17_858), split('test', 1000, 17_901)],
  },
]

/** Further away than a tenth it is somebody's own data, or a part. */
const nearShare = 0.1

/** The publication that a version is of: the one of its format whose counts lie nearest, and near. */
export function findOfficial(format: string, found: readonly OfficialSplit[]): OfficialDataset | null {
  const distances = officialDatasets
    .filter((known) => known.format === format)
    .map((known) => ({ known, distance: distanceOf(known, found) }))
    .sort((a, b) => a.distance - b.distance)
  const [nearest] = distances
  return nearest && nearest.distance < nearShare ? nearest.known : null
}

/** The mean relative difference over the splits that both have, in examples where they are published, else in images; infinite without one. */
function distanceOf({ splits }: OfficialDataset, found: readonly OfficialSplit[]): number {
  const differences = splits.flatMap(({ split: name, examples, images }) => {
    const own = found.find((one) => one.split === name)
    const [official, count] = examples === null ? [images, own?.images] : [examples, own?.examples]
    return official === null || !count ? [] : [Math.abs(count - official) / official]
  })
  return differences.length === 0 ? Number.POSITIVE_INFINITY : differences.reduce((sum, value) => sum + value, 0) / differences.length
}
