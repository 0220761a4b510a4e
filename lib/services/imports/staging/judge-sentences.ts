import type { ImportFormat } from '../format-catalog.ts'
import type { JudgedRecord } from './judge-staged.ts'

export interface JudgeSentence {
  code: string
  field: string | null
  reason: string
}

type Repeat = { code: string; field: string; say: (id: string, first: string) => string }

/** How each format names an id that its file uses twice. */
const repeats: Record<ImportFormat, Repeat> = {
  coco_karpathy: {
    code: 'duplicate-sentid',
    field: 'sentid',
    say: (id, first) => `sentid used twice: ${id} is already at ${first}; this caption is left out`,
  },
  coco_captions: { code: 'duplicate-caption-id', field: 'id', say: (id, first) => `id ${id} already at ${first}` },
  flickr_tokens: { code: 'duplicate-key', field: 'image', say: (id, first) => `${id} already on ${first}` },
  visual_genome: {
    code: 'duplicate-region-id',
    field: 'region_id',
    say: (id, first) => `region_id used twice: ${id} is already at ${first}`,
  },
  vqa_v2: { code: 'duplicate-question-id', field: 'question_id', say: (_id, first) => `question_id already at ${first}` },
  nlvr2: { code: 'duplicate-identifier', field: 'identifier', say: (_id, first) => `identifier already used on ${first}` },
  nlvr: { code: 'duplicate-identifier', field: 'identifier', say: (_id, first) => `identifier already used on ${first}` },
  snli_ve: { code: 'duplicate-pair', field: 'pairID', say: (_id, first) => `pairID already used on ${first}` },
  json_lines: { code: 'duplicate-id', field: 'id', say: (id, first) => `id ${id} already used on ${first}` },
}

/** What to say of a record that was judged when all were known. `firstFile` is the file that `first` stands in. */
export function judgeSentence(format: ImportFormat, { rule, value, first }: JudgedRecord, firstFile: string): JudgeSentence {
  const at = first ?? ''
  switch (rule) {
    case 'duplicate': {
      const { code, field, say } = repeats[format]
      return { code, field, reason: say(value, at) }
    }
    case 'repeat':
      return { code: 'duplicate-example', field: null, reason: `${value} is already at ${firstFile}, ${at}: left out` }
    case 'unknown-question':
      return { code: rule, field: 'question_id', reason: `question_id ${value} has no question` }
    case 'image-mismatch':
      return { code: rule, field: 'image_id', reason: `image_id ${value} differs from the one of the question, ${at}` }
    case 'no-annotation':
      return { code: rule, field: null, reason: 'the question has no usable annotation: taken without answers' }
    case 'conflicting-label':
      return { code: rule, field: 'gold_label', reason: `same image and hypothesis as ${at} with another label` }
  }
}
