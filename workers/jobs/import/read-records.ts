import type { ImageRef, ParsedExample, ParsedObject, ParsedRecord, Problem } from '#lib/formats/record'
import type { ImportFormat } from '#lib/services/imports/format-catalog'
import type { ImportSource } from '#lib/services/imports/create-import-input'
import { storableText } from '#lib/services/imports/storable'
import type { ImportState } from './import-state.ts'
import { parseSource, type SourceItem } from './parse-source.ts'
import type { Spool } from './spool.ts'

/** An image that records name, with the first of them. */
export interface NamedImage {
  ref: ImageRef
  fileName: string
  place: string
}

export interface ReadResult {
  images: Map<string, NamedImage>
  examples: Record<string, number>
  /** Faults of whole files. */
  fileFaults: string[]
}

export interface Spools {
  examples: Spool<ParsedExample>
  objects: Spool<ParsedObject>
}

/** Reads all records: examples and boxes go to the spools, image names stay in memory, problems to the report. */
export async function readRecords(format: ImportFormat, source: ImportSource, state: ImportState, spools: Spools): Promise<ReadResult> {
  const reader = new RecordReader(state, spools, sharesSplit(source))
  for await (const item of parseSource(format, source)) {
    state.signal.throwIfAborted()
    await reader.accept(item)
  }
  await reader.end()
  return reader
}

/** Only files of the same split can repeat each other's examples: inside one file the parser has looked. */
function sharesSplit({ files }: ImportSource): boolean {
  const read = files.filter(({ role }) => role !== 'instances' && role !== 'annotations')
  return new Set(read.map(({ split }) => split)).size < read.length
}

class RecordReader implements ReadResult {
  readonly images = new Map<string, NamedImage>()
  readonly examples: Record<string, number> = {}
  readonly fileFaults: string[] = []
  readonly #state: ImportState
  readonly #spools: Spools
  readonly #seen = new Map<string, string>()
  readonly #remembers: boolean
  #fileName: string | null = null
  #unmatchedBoxes = 0

  constructor(state: ImportState, spools: Spools, remembers: boolean) {
    this.#remembers = remembers
    this.#state = state
    this.#spools = spools
  }

  async accept({ fileName, item }: SourceItem): Promise<void> {
    if (fileName !== this.#fileName) this.#state.begin(`Reading ${fileName}`, null)
    this.#fileName = fileName
    if ('problem' in item) return this.#fileProblem(fileName, item.problem)
    const { record } = item
    const repeated = this.#repeated(record, fileName)
    const isRepeat = repeated.length > 0 && repeated.length === record.examples.length
    if (!record.accepted || isRepeat) this.#state.counts.refusedCount += 1
    else this.#state.counts.takenCount += 1
    for (const problem of [...record.problems, ...repeated]) await this.#state.report({ file: fileName, ...problem })
    if (record.accepted && !isRepeat) await this.#keep(record, fileName, new Set(repeated.map(({ place }) => place)))
    this.#state.advance()
  }

  async end(): Promise<void> {
    if (this.#unmatchedBoxes === 0) return
    const reason = `${this.#unmatchedBoxes} boxes belong to images that no record names: left out`
    await this.#state.report({
      severity: 'notice',
      code: 'box-without-image',
      file: this.#fileName ?? '',
      place: '',
      field: 'image_id',
      reason,
      raw: null,
    })
  }

  async #fileProblem(fileName: string, problem: Problem): Promise<void> {
    if (problem.severity === 'refused') this.fileFaults.push(`${fileName}${problem.place ? `, ${problem.place}` : ''}: ${problem.reason}`)
    await this.#state.report({ file: fileName, ...problem })
  }

  /** Examples whose id an earlier file of the same split has. */
  #repeated(record: ParsedRecord, fileName: string): Problem[] {
    return record.examples.flatMap(({ kind, split, externalId }) => {
      const first = this.#seen.get(`${kind} ${split} ${externalId}`)
      if (first === undefined) return []
      const reason = `${externalId} of ${split} is already at ${first}: left out`
      const severity = record.examples.length === 1 ? ('refused' as const) : ('warning' as const)
      return [
        {
          severity,
          code: 'duplicate-example',
          place: `${record.place} ${externalId}`,
          field: null,
          reason,
          raw: `${fileName} ${record.place}`,
        },
      ]
    })
  }

  async #keep(record: ParsedRecord, fileName: string, leftOut: ReadonlySet<string>): Promise<void> {
    for (const ref of record.images) {
      const key = storableText(ref.key)
      if (!this.images.has(key)) this.images.set(key, { ref: { ...ref, key }, fileName, place: record.place })
    }
    for (const example of record.examples) {
      if (leftOut.has(`${record.place} ${example.externalId}`)) continue
      if (this.#remembers) this.#seen.set(`${example.kind} ${example.split} ${example.externalId}`, `${fileName}, ${record.place}`)
      await this.#spools.examples.add(storableExample(example))
      this.examples[example.split] = (this.examples[example.split] ?? 0) + 1
    }
    for (const object of record.objects) {
      if (this.images.has(object.imageKey)) await this.#spools.objects.add(storableObject(object))
      else this.#unmatchedBoxes += 1
    }
  }
}

function storableExample(example: ParsedExample): ParsedExample {
  const { externalId, text, label, answers, answerType, groupKey, imageKeys } = example
  return {
    ...example,
    ...{
      externalId: storableText(externalId),
      text: storableText(text),
      label: label && storableText(label),
      answers: answers.map(storableText),
    },
    ...{
      answerType: answerType && storableText(answerType),
      groupKey: groupKey && storableText(groupKey),
      imageKeys: imageKeys.map(storableText),
    },
  }
}

/** Attributes are labels: numbers, texts, yes and no. */
function storableObject(object: ParsedObject): ParsedObject {
  const labels = Object.entries(object.attributes).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  const attributes = Object.fromEntries(
    labels.map(([name, value]) => [storableText(name), typeof value === 'string' ? storableText(value) : value]),
  )
  return { ...object, category: storableText(object.category), attributes }
}
