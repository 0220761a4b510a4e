import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { NamedArrays } from '../contract.ts'
import { decodeSafetensors } from '../train/safetensors.ts'
import { Golden } from './golden.ts'
import type { GoldenEntry } from './golden.ts'

/** A file of the golden values that is missing, or is not what it should be. */
export class GoldenFileError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'GoldenFileError'
  }
}

/** The values that come with the program. */
export const ownGoldens = import.meta.dirname

/** @throws GoldenFileError where the folder has no readable `index.json` */
export function readIndex(directory: string): GoldenEntry[] {
  const index = parseJson(directory, 'index.json') as { cases?: unknown } | null
  if (!Array.isArray(index?.cases) || index.cases.length === 0) throw new GoldenFileError('index.json: has no cases')
  return index.cases.map((entry) => asEntry(entry))
}

function asEntry(value: unknown): GoldenEntry {
  const entry = value as Partial<GoldenEntry> | null
  if (typeof entry?.name !== 'string') throw new GoldenFileError('index.json: has a case without a name')
  const { name, what = '', hyper = {}, tolerance = {}, notes = [], files = [], json_files = [], tensors = {} } = entry
  return { name, what, hyper, tolerance, notes, files, json_files, tensors }
}

/** @throws GoldenFileError where a file of the case is missing, corrupt, or lacks an array that the index names */
export function readGolden(directory: string, entry: GoldenEntry): Golden {
  const arrays: NamedArrays = new Map()
  for (const file of entry.files) for (const [key, array] of readArrays(directory, file)) arrays.set(key, array)
  for (const [key, { file, shape }] of Object.entries(entry.tensors)) {
    const found = arrays.get(key)
    if (!found) throw new GoldenFileError(`${file}: lacks ${key}`)
    if (found.shape.join() !== shape.join()) throw new GoldenFileError(`${file}: ${key} is [${found.shape.join()}], not [${shape.join()}]`)
  }
  const texts = new Map(entry.json_files.map(({ file }) => [file, read(directory, file).toString('utf8')]))
  for (const file of texts.keys()) if (file.endsWith('.json')) parseJson(directory, file)
  return new Golden(entry, arrays, texts)
}

function readArrays(directory: string, file: string): NamedArrays {
  const bytes = read(directory, file)
  try {
    return decodeSafetensors(bytes).arrays
  } catch (error) {
    throw new GoldenFileError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parseJson(directory: string, file: string): unknown {
  try {
    return JSON.parse(read(directory, file).toString('utf8'))
  } catch (error) {
    if (error instanceof GoldenFileError) throw error
    throw new GoldenFileError(`${file}: is not JSON`)
  }
}

function read(directory: string, file: string): Buffer {
  const found = path.join(directory, file)
  if (!existsSync(found)) throw new GoldenFileError(`${file}: missing in ${directory}`)
  return readFileSync(found)
}
