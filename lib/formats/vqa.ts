import { parseJsonRecords, type Entry, type OpenSource } from './json-records.ts'
import { readObject, readWholeNumber } from './read-fields.ts'
import { describe, fileProblem, type ImageRef, type ParsedItem, type ParseOptions } from './record.ts'
import { readAnnotation } from './vqa-annotation.ts'

const questionsFile = 'questions file'
const annotationsFile = 'annotations file'

/** VQA v1 and v2: the questions. Their answers stand in a file of their own and are joined to them by question id, in SQL. */
export async function* parseQuestions(open: OpenSource, options: ParseOptions): AsyncGenerator<ParsedItem[]> {
  const context: Context = { options, subtype: '' }
  let count = 0
  let hasFault = false
  const parsed = parseJsonRecords(
    open,
    (entry): ParsedItem[] => {
      if (entry.section === 'data_subtype') {
        context.subtype = String(entry.value)
        return [{ subtype: context.subtype }]
      }
      if (entry.section === 'annotations' && entry.index === 0) return [fileProblem('refused', 'wrong-kind', swapped, entry.builder.place)]
      if (entry.section !== 'questions' || entry.index === null) return []
      count += 1
      return [parseQuestion(entry, context)]
    },
    questionsFile,
  )
  for await (const items of parsed) {
    hasFault ||= items.some((item) => 'problem' in item && item.problem.severity === 'refused')
    yield items
  }
  if (count === 0 && !hasFault) yield [fileProblem('refused', 'no-records', 'no questions[] list was found', questionsFile)]
}

const swapped = 'an annotations list in the questions file: the two files were swapped'

/** The answers: every annotation is a record, taken when its question is. */
export async function* parseAnnotations(open: OpenSource): AsyncGenerator<ParsedItem[]> {
  yield* parseJsonRecords(
    open,
    ({ section, index, value, builder }): ParsedItem[] => {
      if (section === 'data_subtype') return [{ subtype: String(value) }]
      if (section === 'questions' && index === 0)
        return [fileProblem('refused', 'wrong-kind', 'a questions list in the annotations file: the two files were swapped', builder.place)]
      if (section !== 'annotations' || index === null) return []
      const annotation = readAnnotation(value, builder)
      return [builder.build(annotation ? { annotation } : {})]
    },
    annotationsFile,
  )
}

interface Context {
  options: ParseOptions
  subtype: string
}

function parseQuestion({ value: entry, builder }: Entry, context: Context): ParsedItem {
  const value = readObject(entry, builder)
  if (!value) return builder.build()
  const id = readWholeNumber(value, 'question_id', builder)
  const imageId = readWholeNumber(value, 'image_id', builder)
  const text = value['question']
  if (typeof text !== 'string') builder.refuse('question-type', 'question', `question is ${describe(text)}, text expected`)
  else if (text.trim() === '') builder.refuse('question-empty', 'question', 'question is empty')
  const held = id === null ? [] : [String(id)]
  if (!builder.accepted || id === null || imageId === null || typeof text !== 'string') return builder.build({}, held)
  const example = {
    kind: 'question' as const,
    split: context.options.split,
    externalId: String(id),
    text: text.trim(),
    label: null,
    answers: [],
    answerType: null,
    groupKey: null,
    imageKeys: [String(imageId)],
  }
  return builder.build({ images: [imageOf(imageId, context)], examples: [example] })
}

/** The file's name in both COCO releases; any other name is found by the number at its end. */
function imageOf(imageId: number, context: Context): ImageRef {
  const padded = String(imageId).padStart(12, '0')
  const subtype = context.subtype || { train: 'train2014', restval: 'val2014', val: 'val2014', test: 'test2015' }[context.options.split]
  const folder = subtype.replace('test-dev', 'test')
  const names = [`COCO_${folder}_${padded}`, padded].flatMap((stem) => [`${stem}.jpg`, `${stem}.png`])
  const image = { key: String(imageId), candidates: [`${folder}/${names[0]}`, ...names], number: imageId }
  return /^(train|val|test|test-dev)20\d\d$/.test(context.subtype) ? { ...image, cocoId: imageId } : image
}
