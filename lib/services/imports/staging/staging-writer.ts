import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams'
import type { ImageRef, ParsedAnnotation, ParsedExample, ParsedObject, Span, Split } from '#lib/formats/record'
import { copyRow, type CopyValue } from './copy-text.ts'
import { tableName, type StagingKind } from './staging-tables.ts'

/** An image that records name, with the first of them. */
export interface NamedImage {
  ref: ImageRef
  fileName: string
  place: string
}

const pieceLength = 256 * 1024

/** Filled while files are read. */
const copiedKinds = ['images', 'examples', 'annotations', 'objects'] as const satisfies StagingKind[]
type CopiedKind = (typeof copiedKinds)[number]

/** Copies the rows of one file into the staging tables. Nothing of it counts before the file is recorded as read. */
export class StagingWriter {
  readonly #client: Client
  readonly #importId: string
  readonly #part: number
  #copy: { kind: CopiedKind; stream: CopyStreamQuery; done: Promise<void> } | null = null
  /** Rows that wait to be sent, by table: one statement fills one. */
  readonly #texts: Record<CopiedKind, string> = { images: '', examples: '', annotations: '', objects: '' }
  #rows = 0

  constructor(client: Client, importId: string, part: number) {
    this.#client = client
    this.#importId = importId
    this.#part = part
  }

  /** @param held the example was set aside: only its id counts */
  addExample(
    example: ParsedExample,
    { number, siblings, place, span }: { number: number; siblings: number; place: string; span: Span | null },
    held = false,
  ): void {
    const { kind, split, externalId, text, label, answers, answerType, groupKey, imageKeys, box = null } = example
    const what = [number, siblings, kind, split, externalId, text, label, answers, answerType, groupKey, imageKeys, box]
    this.#add('examples', what, [example.place ?? place, span?.offset ?? null, span?.size ?? null, held])
  }

  addAnnotation(split: Split, annotation: ParsedAnnotation, place: string, span: Span | null): void {
    const { questionId, imageId, label, answers, answerType, questionType } = annotation
    const at = [place, span?.offset ?? null, span?.size ?? null]
    this.#add('annotations', [split, questionId, imageId, label, answers, answerType, questionType], at)
  }

  addObject({ imageKey, category, attributes, x, y, width, height }: ParsedObject): void {
    this.#add('objects', [imageKey, category, JSON.stringify(attributes), x, y, width, height])
  }

  addImage({ ref, fileName, place }: NamedImage): void {
    this.#add('images', [ref.key, JSON.stringify(ref), fileName, place])
  }

  /** Sends rows once they are many; to be awaited now and then while rows are added. */
  async drain(): Promise<void> {
    for (const kind of copiedKinds) if (this.#texts[kind].length >= pieceLength) await this.#send(kind)
  }

  /** Everything is in the tables. */
  async end(): Promise<void> {
    for (const kind of copiedKinds) await this.#send(kind)
    await this.#close()
  }

  #add(kind: CopiedKind, what: readonly CopyValue[], where: readonly CopyValue[] = []): void {
    this.#texts[kind] += `${this.#part}\t${this.#rows++}\t${copyRow(what, where)}`
  }

  async #send(kind: CopiedKind): Promise<void> {
    const text = this.#texts[kind]
    if (text === '') return
    this.#texts[kind] = ''
    if (this.#copy?.kind !== kind) await this.#begin(kind)
    const stream = this.#copy?.stream
    if (stream && !stream.write(text)) await once(stream, 'drain')
  }

  async #begin(kind: CopiedKind): Promise<void> {
    await this.#close()
    const stream = this.#client.query(copyFrom(`copy "${tableName(this.#importId, kind)}" from stdin`))
    const done = finished(stream)
    // Thrown where it is awaited; until then it is not an unhandled rejection.
    done.catch(() => {})
    this.#copy = { kind, stream, done }
  }

  async #close(): Promise<void> {
    if (!this.#copy) return
    const { stream, done } = this.#copy
    this.#copy = null
    stream.end()
    await done
  }
}
