import type { Readable } from 'node:stream'
import { readJson } from './json-stream.ts'
import { openText } from './open-text.ts'
import { describe, fileProblem, isObject, RecordBuilder, rawText, type ParsedItem, type ParseOptions } from './record.ts'
import { readAnnotation, type Annotation } from './vqa-annotation.ts'

export interface VqaFiles {
  questions: Readable
  /** Absent for the test splits, which have none. */
  annotations: Readable | null
}

/**
 * VQA v1 and v2: questions, and answers joined to them by question id. Both files' records are counted: an annotation without its
 * question is set aside, a question without its annotation is taken without answers. Items name their file in the place.
 */
export async function* parseVqa(files: VqaFiles, options: ParseOptions): AsyncGenerator<ParsedItem> {
  const annotations = new Map<string, Annotation>()
  const annotationsHead = yield* readAnnotations(files.annotations, annotations)
  const context: Context = { options, annotations, hasAnnotations: files.annotations !== null, seen: new Map(), subtype: '' }
  let questions = 0
  const file = await openText(files.questions)
  if (file.fault) return yield fileProblem('refused', file.fault.code, file.fault.reason, 'questions file')
  for await (const element of readJson(file)) {
    if ('fault' in element) yield fileProblem('refused', element.fault.code, element.fault.reason, element.fault.place)
    else if (element.section === 'data_subtype') context.subtype = String(element.value)
    else if (element.section === 'annotations' && element.index === 0) yield fileProblem('refused', 'wrong-kind', swapped, element.place)
    else if (element.section === 'questions' && element.index !== null) {
      questions += 1
      yield* parseQuestion(element.place, element.value, context)
    }
  }
  if (questions === 0) yield fileProblem('refused', 'no-records', 'no questions[] list was found', 'questions file')
  if (context.subtype && annotationsHead && context.subtype !== annotationsHead) {
    yield fileProblem(
      'warning',
      'subtype-mismatch',
      `questions are of ${context.subtype}, annotations of ${annotationsHead}`,
      'annotations file',
    )
  }
  for (const [id, annotation] of annotations) {
    annotation.builder.refuse('unknown-question', 'question_id', `question_id ${id} has no question`)
    yield annotation.builder.build()
  }
}

const swapped = 'an annotations list in the questions file: the two files were swapped'

async function* readAnnotations(source: Readable | null, into: Map<string, Annotation>): AsyncGenerator<ParsedItem, string> {
  if (!source) return ''
  const file = await openText(source)
  if (file.fault) yield fileProblem('refused', file.fault.code, file.fault.reason, 'annotations file')
  if (file.fault) return ''
  let subtype = ''
  for await (const element of readJson(file)) {
    if ('fault' in element) yield fileProblem('refused', element.fault.code, element.fault.reason, element.fault.place)
    else if (element.section === 'data_subtype') subtype = String(element.value)
    else if (element.section === 'annotations' && element.index !== null) {
      const builder = new RecordBuilder(element.place, () => rawText(element.value))
      const annotation = readAnnotation(element.value, builder)
      if (!annotation) yield builder.build()
      else if (into.has(annotation.questionId)) {
        builder.refuse('duplicate-question-id', 'question_id', `question_id already at ${into.get(annotation.questionId)?.builder.place}`)
        yield builder.build()
      } else into.set(annotation.questionId, annotation)
    }
  }
  return subtype
}

interface Context {
  options: ParseOptions
  annotations: Map<string, Annotation>
  hasAnnotations: boolean
  /** Question ids with their places. */
  seen: Map<string, string>
  subtype: string
}

/** Yields the question and, where it has one, its annotation. */
function* parseQuestion(place: string, value: unknown, context: Context): Generator<ParsedItem> {
  const builder = new RecordBuilder(place, () => rawText(value))
  const question = readQuestion(value, builder, context)
  if (!question) return yield builder.build()
  const annotation = context.annotations.get(question.id)
  if (annotation) {
    context.annotations.delete(question.id)
    if (annotation.imageId !== null && annotation.imageId !== question.imageId) {
      const reason = `image_id ${annotation.imageId} differs from the one of the question, ${question.imageId}`
      annotation.builder.refuse('image-mismatch', 'image_id', reason)
    }
    yield annotation.builder.build()
  }
  const usable = annotation?.builder.accepted ? annotation : null
  if (context.hasAnnotations && !usable) builder.warn('no-annotation', null, 'the question has no usable annotation: taken without answers')
  const example = {
    kind: 'question' as const,
    split: context.options.split,
    externalId: question.id,
    text: question.text,
    label: usable?.label ?? null,
    answers: usable?.answers ?? [],
    answerType: usable?.answerType ?? null,
    groupKey: usable?.questionType ?? null,
    imageKeys: [question.imageId],
  }
  yield builder.build({ images: [imageOf(question.imageId, context)], examples: [example] })
}

function readQuestion(value: unknown, builder: RecordBuilder, context: Context): { id: string; imageId: string; text: string } | null {
  if (!isObject(value)) {
    builder.refuse('record-type', null, `the record is ${describe(value)}, an object expected`)
    return null
  }
  const id = readId(value, 'question_id', builder)
  const imageId = readId(value, 'image_id', builder)
  const text = value['question']
  if (typeof text !== 'string') builder.refuse('question-type', 'question', `question is ${describe(text)}, text expected`)
  else if (text.trim() === '') builder.refuse('question-empty', 'question', 'question is empty')
  if (id !== null) {
    const first = context.seen.get(id)
    if (first) builder.refuse('duplicate-question-id', 'question_id', `question_id already at ${first}`)
    else context.seen.set(id, builder.place)
  }
  if (!builder.accepted || id === null || imageId === null || typeof text !== 'string') return null
  return { id, imageId, text: text.trim() }
}

function readId(value: Record<string, unknown>, field: string, builder: RecordBuilder): string | null {
  const id = value[field]
  if (typeof id === 'number' && Number.isSafeInteger(id)) return String(id)
  if (typeof id === 'bigint') builder.refuse('id-too-large', field, `${field} is beyond 2^53: it cannot be read exactly as a number`)
  else builder.refuse('id-type', field, `${field} is ${describe(id)}${id === undefined ? '' : ', a number expected'}`)
  return null
}

/** The file's name in both COCO releases; any other name is found by the number at its end. */
function imageOf(imageId: string, context: Context) {
  const padded = imageId.padStart(12, '0')
  const subtype = context.subtype || { train: 'train2014', restval: 'val2014', val: 'val2014', test: 'test2015' }[context.options.split]
  const folder = subtype.replace('test-dev', 'test')
  const names = [`COCO_${folder}_${padded}`, padded].flatMap((stem) => [`${stem}.jpg`, `${stem}.png`])
  return { key: imageId, candidates: [`${folder}/${names[0]}`, ...names], number: Number(imageId) }
}
