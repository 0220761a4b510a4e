import { open, type FileHandle } from 'node:fs/promises'
import { rawRecord } from '#lib/formats/raw-record'
import type { Context } from '#lib/services/context'
import type { ClaimedImport } from '#lib/services/imports/import-claim'
import { judgeSentence } from '#lib/services/imports/staging/judge-sentences'
import { judgeStaged, readJudged, type JudgedRecord } from '#lib/services/imports/staging/judge-staged'
import { countStrayObjects } from '#lib/services/imports/staging/staged-content'
import { stagingTables } from '#lib/services/imports/staging/staging-tables'
import type { ImportState } from './import-state.ts'
import { pathOf } from './parse-source.ts'
import type { ReadResult } from './read-records.ts'

/**
 * Sets aside what can only be judged when every record is known, and reports it with its text, which is looked up in its file. Where an
 * attempt before this one went on to the images, the report has it already.
 */
export async function judgeRecords(ctx: Context, claimed: ClaimedImport, { files, look }: ReadResult, state: ImportState): Promise<void> {
  state.begin('Looking for repeated and unmatched records', null)
  const parts = files.map(({ staged }) => staged.part)
  const { refusedRecords } = await judgeStaged(ctx, claimed, claimed.format, parts)
  state.counts.takenCount -= refusedRecords
  state.counts.refusedCount += refusedRecords
  if (look) state.counts.warningCount = look.warningCount
  else await reportJudged(ctx, claimed, files, state)
}

async function reportJudged(ctx: Context, claimed: ClaimedImport, files: ReadResult['files'], state: ImportState): Promise<void> {
  const raw = new RawReader(files)
  try {
    for await (const page of readJudged(ctx, claimed.importId)) {
      state.signal.throwIfAborted()
      for (const record of page) {
        const sentence = judgeSentence(claimed.format, record, raw.nameOf(record.firstPart))
        const found = { severity: record.severity, file: raw.nameOf(record.part), place: record.place, raw: await raw.read(record) }
        await state.report({ ...sentence, ...found })
      }
    }
  } finally {
    await raw.close()
  }
  await reportSubtypes(files, state)
  await reportStrays(ctx, claimed, files, state)
}

class RawReader {
  readonly #files: ReadResult['files']
  #opened: { part: number; handle: FileHandle } | null = null

  constructor(files: ReadResult['files']) {
    this.#files = files
  }

  nameOf(part: number | null): string {
    return this.#files.find(({ staged }) => staged.part === part)?.file.name ?? ''
  }

  /** Null where the file was read in another encoding, or is not there any more. */
  async read({ part, place, at, size }: JudgedRecord): Promise<string | null> {
    if (at === null || size === null) return null
    try {
      const handle = await this.#open(part)
      const bytes = Buffer.alloc(size)
      await handle.read(bytes, 0, size, at)
      return rawRecord(bytes, place)
    } catch {
      return null
    }
  }

  async close(): Promise<void> {
    await this.#opened?.handle.close()
  }

  async #open(part: number): Promise<FileHandle> {
    if (this.#opened?.part === part) return this.#opened.handle
    await this.close()
    this.#opened = null
    const file = this.#files.find(({ staged }) => staged.part === part)?.file
    if (!file) throw new Error(`no file of part ${part}`)
    this.#opened = { part, handle: await open(await pathOf(file)) }
    return this.#opened.handle
  }
}

/** Questions and annotations of one split that say to be of different parts of the data. */
async function reportSubtypes(files: ReadResult['files'], state: ImportState): Promise<void> {
  for (const { file, staged } of files.filter(({ file: { role } }) => role === 'annotations')) {
    const questions = files.find((other) => other.file.role === 'questions' && other.file.split === file.split)?.staged.subtype
    if (!questions || !staged.subtype || questions === staged.subtype) continue
    const reason = `questions are of ${questions}, annotations of ${staged.subtype}`
    const place = { file: file.name, place: 'annotations file', field: 'data_subtype', raw: null }
    await state.report({ severity: 'warning', code: 'subtype-mismatch', reason, ...place })
  }
}

async function reportStrays(ctx: Context, claimed: ClaimedImport, files: ReadResult['files'], state: ImportState): Promise<void> {
  const strays = await countStrayObjects(ctx.db, stagingTables(claimed.importId))
  if (strays === 0) return
  const name = files.find(({ file }) => file.role === 'instances')?.file.name ?? ''
  const reason = `${strays} boxes belong to images that no record names: left out`
  const place = { file: name, place: '', field: 'image_id', raw: null }
  await state.report({ severity: 'notice', code: 'box-without-image', reason, ...place })
}
