import { officialCounts } from '#lib/formats/official-counts'
import type { ParsedItem, ParsedObject, ParsedRecord, Problem } from '#lib/formats/record'
import type { Context } from '#lib/services/context'
import type { ImportFile } from '#lib/services/imports/create-import-input'
import type { ClaimedImport } from '#lib/services/imports/import-claim'
import { newId } from '#lib/services/imports/new-id'
import { readStagedKeys } from '#lib/services/imports/staging/found-images'
import { openStaging, recordStagedFile, type Look, type StagedFile } from '#lib/services/imports/staging/staging-tables'
import { StagingWriter, withCopyClients, type CopyClients } from '#lib/services/imports/staging/staging-writer'
import { storableText } from '#lib/services/imports/storable'
import type { ImportState } from './import-state.ts'
import { withinLimits } from './within-limits.ts'
import { bringsFacts, identify, orderedFiles, parseFile, type SharedFacts } from './parse-source.ts'

export interface ReadResult {
  /** The files that were read, with the part of the staging tables that each has. */
  files: { file: ImportFile; staged: StagedFile }[]
  /** How far an attempt before this one had looked for their images. */
  look: Look | null
}

/** Keys of images that are staged already. Beyond so many it is forgotten that they are, and an image is staged again. */
const rememberedKeys = 1_000_000

/**
 * Reads all files into the staging tables, problems go to the report. Files that an attempt before this one read whole are not read
 * again.
 */
export async function readRecords(ctx: Context, claimed: ClaimedImport, state: ImportState): Promise<ReadResult> {
  const files = orderedFiles(claimed.source)
  const identities = await Promise.all(files.map(identify))
  const known = await openStaging(ctx, claimed, identities)
  const facts: SharedFacts = { imageData: null, splitLists: null }
  const result: ReadResult = { files: [], look: known.look }
  const parts = known.files.map(({ part }) => part)
  const keys = await readStagedKeys(ctx, claimed.importId, parts, rememberedKeys)
  await withCopyClients(async (clients) => {
    for (const [i, file] of files.entries()) {
      const before = known.files[i]
      if (before) state.restore(before)
      if (before && bringsFacts(file)) for await (const _ of parseFile(claimed.format, file, facts)) state.signal.throwIfAborted()
      const part = claimed.fence * 1000 + i
      const staged = before ?? (await new FileReader(ctx, claimed, state, keys, clients, file, part).read(identities[i] ?? '', facts))
      result.files.push({ file, staged })
    }
  })
  return result
}

class FileReader {
  readonly #ctx: Context
  readonly #claimed: ClaimedImport
  readonly #state: ImportState
  readonly #keys: Set<string>
  readonly #file: ImportFile
  readonly #part: number
  readonly #writer: StagingWriter
  readonly #faults: string[] = []
  #subtype: string | null = null
  #records = 0
  #images = 0
  #examples = 0

  constructor(
    ctx: Context,
    claimed: ClaimedImport,
    state: ImportState,
    keys: Set<string>,
    clients: CopyClients,
    file: ImportFile,
    part: number,
  ) {
    this.#ctx = ctx
    this.#claimed = claimed
    this.#state = state
    this.#keys = keys
    this.#file = file
    this.#part = part
    this.#writer = new StagingWriter(clients, claimed.importId, part)
  }

  async read(identity: string, facts: SharedFacts): Promise<StagedFile> {
    const state = this.#state
    const before = { ...state.counts }
    state.begin(`Reading ${this.#file.name}`, null)
    for await (const items of parseFile(this.#claimed.format, this.#file, facts)) {
      state.signal.throwIfAborted()
      for (const item of items) {
        const record = 'record' in item ? withinLimits(this.#claimed.format, item.record) : null
        if (record) this.#take(record)
        else if (!('record' in item)) await this.#note(item)
        if (record && record.problems.length > 0) await this.#report(record.problems)
      }
      await this.#writer.drain()
      state.advance(items.length)
    }
    await this.#writer.end()
    await this.#compareCounts()
    await state.flush()
    state.signal.throwIfAborted()
    const staged: StagedFile = {
      ...{ part: this.#part, identity, fileFaults: this.#faults, subtype: this.#subtype },
      annotates: this.#file.role === 'annotations' ? this.#file.split : null,
      takenCount: state.counts.takenCount - before.takenCount,
      warningCount: state.counts.warningCount - before.warningCount,
      refusedCount: state.counts.refusedCount - before.refusedCount,
    }
    await recordStagedFile(this.#ctx, this.#claimed, { ...staged, lastProblemId: newId() }, state.counts)
    return staged
  }

  async #note(item: Exclude<ParsedItem, { record: ParsedRecord }>): Promise<void> {
    if ('subtype' in item) this.#subtype = item.subtype
    else await this.#fileProblem(item.problem)
  }

  async #report(problems: Problem[]): Promise<void> {
    for (const problem of problems) await this.#state.report({ file: this.#file.name, ...problem })
  }

  /** Millions come here: nothing of it waits. */
  #take(record: ParsedRecord): void {
    this.#records += 1
    if (record.accepted) this.#state.counts.takenCount += 1
    else this.#state.counts.refusedCount += 1
    for (const ref of record.images) {
      const key = storableText(ref.key)
      if (this.#keys.has(key)) continue
      if (this.#keys.size >= rememberedKeys) this.#keys.clear()
      this.#keys.add(key)
      this.#images += 1
      this.#writer.addImage({ ref: key === ref.key ? ref : { ...ref, key }, fileName: this.#file.name, place: record.place })
    }
    const { place, span, examples } = record
    const own = { number: this.#records, siblings: examples.length, place, span }
    for (const example of examples) this.#writer.addExample(example, own)
    this.#examples += examples.length
    for (const id of record.held) this.#writer.addExample(heldExample(this.#claimed.format, this.#file, id), own, true)
    for (const object of record.objects) this.#writer.addObject(labelled(object))
    if (record.annotation) this.#writer.addAnnotation(this.#file.split ?? 'train', record.annotation, place, span)
  }

  async #fileProblem(problem: Problem): Promise<void> {
    if (problem.severity === 'refused')
      this.#faults.push(`${this.#file.name}${problem.place.includes('[') ? `, ${problem.place}` : ''}: ${problem.reason}`)
    await this.#report([problem])
  }

  /** A part of a published set is legitimate, and worth knowing. */
  async #compareCounts(): Promise<void> {
    const found = { images: this.#images, examples: this.#examples }
    for (const reason of officialCounts(this.#claimed.format, { ...this.#file, subtype: this.#subtype }, found)) {
      const problem = { severity: 'notice' as const, code: 'official-count', place: '', field: null, reason, raw: null }
      await this.#state.report({ file: this.#file.name, ...problem })
    }
  }
}

function heldExample(format: ClaimedImport['format'], file: ImportFile, externalId: string) {
  const kind = format === 'vqa_v2' ? ('question' as const) : ('caption' as const)
  const split = file.split ?? 'train'
  return { kind, split, externalId, text: '', label: null, answers: [], answerType: null, groupKey: null, imageKeys: [] }
}

/** Attributes are labels: numbers, texts, yes and no. */
function labelled(object: ParsedObject): ParsedObject {
  const labels = Object.entries(object.attributes).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  const attributes = Object.fromEntries(
    labels.map(([name, value]) => [storableText(name), typeof value === 'string' ? storableText(value) : value]),
  )
  return { ...object, attributes }
}
