import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { finished } from 'node:stream/promises'

/** Rows set down on disk between reading and writing, so that memory does not grow with the dataset. */
export class Spool<T> {
  readonly #file: string
  readonly #out

  constructor(folder: string, name: string) {
    this.#file = path.join(folder, name)
    this.#out = createWriteStream(this.#file, { mode: 0o600 })
  }

  async add(row: T): Promise<void> {
    if (!this.#out.write(`${JSON.stringify(row)}\n`)) await once(this.#out, 'drain')
  }

  async end(): Promise<void> {
    this.#out.end()
    await finished(this.#out)
  }

  async *batches(size: number): AsyncGenerator<T[]> {
    let batch: T[] = []
    for await (const line of lines(this.#file)) {
      batch.push(JSON.parse(line) as T)
      if (batch.length < size) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
}

/** Line feeds only: JSON text may hold the other characters that readline ends a line at. */
async function* lines(file: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}

/** A folder for spools that is gone when `fill` ends; what a killed attempt at the same work left goes first. */
export async function withSpoolFolder<R>(parent: string, work: string, attempt: number, fill: (folder: string) => Promise<R>): Promise<R> {
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const left = (await readdir(parent)).filter((name) => name.startsWith(`${work}.`))
  await Promise.all(left.map((name) => rm(path.join(parent, name), { recursive: true, force: true })))
  const folder = path.join(parent, `${work}.${attempt}`)
  await mkdir(folder)
  try {
    return await fill(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
