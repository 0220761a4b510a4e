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

/** Copies the rows of one file into the staging tables. Nothing of it counts before the file is recorded as read. */
export class StagingWriter {
  readonly #client: Client
  readonly #importId: string
  readonly #part: number
  #copy: { kind: StagingKind; stream: CopyStreamQuery; done: Promise<void> } | null = null
  #text = ''
  #rows = 0

  constructor(client: Client, importId: string, part: number) {
    this.#client = client
    this.#importId = importId
    this.#part = part
  }

  /** @param held the example was set aside: only its id counts */
  async addExample(
    example: ParsedExample,
    record: { number: number; siblings: number; place: string; span: Span | null },
    held = false,
  ): Promise<void> {
    const { kind, split, externalId, text, label, answers, answerType, groupKey, imageKeys, box = null, place = record.place } = example
    await this.#add('examples', [
      ...[record.number, record.siblings, kind, split, externalId, text, label, answers, answerType, groupKey, imageKeys, box, place],
      ...[record.span?.offset ?? null, record.span?.size ?? null, held],
    ])
  }

  async addAnnotation(split: Split, annotation: ParsedAnnotation, place: string, span: Span | null): Promise<void> {
    const { questionId, imageId, label, answers, answerType, questionType } = annotation
    const at = [span?.offset ?? null, span?.size ?? null]
    await this.#add('annotations', [split, questionId, imageId, label, answers, answerType, questionType, place, ...at])
  }

  async addObject({ imageKey, category, attributes, x, y, width, height }: ParsedObject): Promise<void> {
    await this.#add('objects', [imageKey, category, JSON.stringify(attributes), x, y, width, height])
  }

  async addImages(images: readonly NamedImage[]): Promise<void> {
    for (const { ref, fileName, place } of images) await this.#add('images', [ref.key, JSON.stringify(ref), fileName, place])
  }

  /** Everything is in the tables. */
  async end(): Promise<void> {
    if (!this.#copy) return
    const { stream, done } = this.#copy
    await this.#flush()
    this.#copy = null
    stream.end()
    await done
  }

  async #add(kind: StagingKind, values: readonly CopyValue[]): Promise<void> {
    if (this.#copy?.kind !== kind) await this.#begin(kind)
    this.#text += copyRow([this.#part, this.#rows++, ...values])
    if (this.#text.length >= pieceLength) await this.#flush()
  }

  async #begin(kind: StagingKind): Promise<void> {
    await this.end()
    const stream = this.#client.query(copyFrom(`copy "${tableName(this.#importId, kind)}" from stdin`))
    const done = finished(stream)
    // Thrown where it is awaited; until then it is not an unhandled rejection.
    done.catch(() => {})
    this.#copy = { kind, stream, done }
  }

  async #flush(): Promise<void> {
    if (!this.#copy || this.#text === '') return
    const { stream } = this.#copy
    const text = this.#text
    this.#text = ''
    if (!stream.write(text)) await once(stream, 'drain')
  }
}
