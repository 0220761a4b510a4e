import type { NamedArray, NamedArrays } from '../contract.ts'

/** One case of `index.json`, as far as the checks read it. */
export interface GoldenEntry {
  name: string
  what: string
  /** Sizes and rules. */
  hyper: Record<string, unknown>
  tolerance: Record<string, number>
  notes: string[]
  files: string[]
  json_files: { file: string; what: string }[]
  tensors: Record<string, { file: string; shape: number[] }>
}

/** A loaded case. Remembers which expected arrays were read, so that what no check looks at is found. */
export class Golden {
  readonly entry: GoldenEntry
  private readonly arrays: NamedArrays
  private readonly texts: ReadonlyMap<string, string>
  private readonly read = new Set<string>()

  constructor(entry: GoldenEntry, arrays: NamedArrays, texts: ReadonlyMap<string, string>) {
    this.entry = entry
    this.arrays = arrays
    this.texts = texts
  }

  get name(): string {
    return this.entry.name
  }

  get(key: string): NamedArray {
    const found = this.arrays.get(key)
    if (!found) throw new Error(`the case has no ${key}`)
    this.read.add(key)
    return found
  }

  has(key: string): boolean {
    return this.arrays.has(key)
  }

  numbers(key: string): number[] {
    return [...this.get(key).data]
  }

  /** Keys that begin so, without the beginning. */
  under(prefix: string): string[] {
    return [...this.arrays.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
  }

  /** The first parts of the keys that begin so: the runs of a case. */
  runs(prefix: string): string[] {
    return [...new Set(this.under(prefix).map((key) => key.split('/')[0] as string))]
  }

  /** A number of `hyper`. */
  size(name: string): number {
    const found = this.entry.hyper[name]
    if (typeof found !== 'number') throw new Error(`the case's hyper has no number ${name}`)
    return found
  }

  tolerance(kind: string, otherwise: number): number {
    return this.entry.tolerance[kind] ?? otherwise
  }

  /** The text of the file whose name ends so. */
  text(ending: string): string {
    const found = [...this.texts].find(([file]) => file.endsWith(ending))
    if (!found) throw new Error(`the case has no file ${ending}`)
    return found[1]
  }

  json<T>(ending: string): T {
    return JSON.parse(this.text(ending)) as T
  }

  /** Expected arrays that no check has read. */
  unread(): string[] {
    return [...this.arrays.keys()].filter((key) => /^(output|buffer_after|grad)\//.test(key) && !this.read.has(key))
  }
}
