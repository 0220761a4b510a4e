import type { DatasetFormat, ExampleKind } from '#lib/generated/prisma/enums'
import type { StageKind } from '#lib/soho/config'

/** The kind of example that each stage trains on. */
export const exampleKindOf = {
  pretrain: 'caption',
  retrieval: 'caption',
  vqa: 'question',
  nlvr2: 'statement',
  'snli-ve': 'hypothesis',
} as const satisfies Record<StageKind, ExampleKind>

/** The kind of example that each format holds; null: each example says its own. */
export const kindOfFormat: Record<DatasetFormat, ExampleKind | null> = {
  coco_karpathy: 'caption',
  coco_captions: 'caption',
  flickr_tokens: 'caption',
  visual_genome: 'caption',
  vqa_v2: 'question',
  nlvr2: 'statement',
  nlvr: 'statement',
  snli_ve: 'hypothesis',
  json_lines: null,
}
