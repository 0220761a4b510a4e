import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams'
import { withConnection } from '#lib/db'
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

/** A connection for each table: what one of them is sent does not wait for another's end. */
export type CopyClients = Record<CopiedKind, Client>

export const withCopyClients = <R>(work: (clients: CopyClients) => Promise<R>): Promise<R> =>
  withConnection((images) =>
    withConnection((examples) =>
      withConnection((annotations) => withConnection((objects) => work({ images, examples, annotations, objects }))),
    ),
  )

interface Copy {
  stream: CopyStreamQuery
  /** Everything that was sent is in the table. */
  done: Promise<void>
  /** The stream takes more. */
  drained: Promise<unknown>
}

/** Copies the rows of one file into the staging tables. Nothing of it counts before the file is recorded as read. */
export class StagingWriter {
  readonly #clients: CopyClients
  readonly #importId: string
  readonly #part: number
  readonly #copies = new Map<CopiedKind, Copy>()
  /** Rows that wait to be sent, by table. */
  readonly #texts: Record<CopiedKind, string> = { images: '', examples: '', annotations: '', objects: '' }
  #rows = 0

  constructor(clients: CopyClients, importId: string, part: number) {
    this.#clients = clients
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
    for (const { stream } of this.#copies.values()) stream.end()
    await Promise.all([...this.#copies.values()].map(({ done }) => done))
  }

  #add(kind: CopiedKind, what: readonly CopyValue[], where: readonly CopyValue[] = []): void {
    this.#texts[kind] += `${this.#part}\t${this.#rows++}\t${copyRow(what, where)}`
  }

  /** Waits for the piece before this one: while the server takes a piece, the next is made. */
  async #send(kind: CopiedKind): Promise<void> {
    const text = this.#texts[kind]
    if (text === '') return
    this.#texts[kind] = ''
    const copy = this.#copies.get(kind) ?? this.#begin(kind)
    await copy.drained
    if (!copy.stream.write(text)) copy.drained = unheard(once(copy.stream, 'drain'))
  }

  #begin(kind: CopiedKind): Copy {
    const stream = this.#clients[kind].query(copyFrom(`copy "${tableName(this.#importId, kind)}" from stdin`))
    const copy = { stream, done: unheard(finished(stream)), drained: Promise.resolve() }
    this.#copies.set(kind, copy)
    return copy
  }
}

/** Thrown where it is awaited; until then it is not an unhandled rejection. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
