import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { artifactPath } from '#lib/artifacts'
import { parseCocoCaptions } from '#lib/formats/coco-captions'
import { parseFlickrTokens, parseSplitList } from '#lib/formats/flickr-tokens'
import { parseInstances } from '#lib/formats/instances'
import { parseJsonLines } from '#lib/formats/json-lines'
import { parseKarpathy } from '#lib/formats/karpathy'
import { parseNlvr } from '#lib/formats/nlvr'
import { parseNlvr2 } from '#lib/formats/nlvr2'
import { fileProblem, type ParsedItem } from '#lib/formats/record'
import { parseSnliVe } from '#lib/formats/snli-ve'
import { parseRegions } from '#lib/formats/visual-genome'
import { parseImageData, type VisualGenomeImage } from '#lib/formats/visual-genome-images'
import { parseAnnotations, parseQuestions } from '#lib/formats/vqa'
import type { ImportFile, ImportSource } from '#lib/services/imports/create-import-input'
import { resolveDataPath } from '#lib/services/imports/data-roots'
import { fileRoles, splits, type ImportFormat, type Split } from '#lib/services/imports/format-catalog'

/** What files tell about the records of others; read before them, and again where an import goes on. */
export interface SharedFacts {
  imageData: Map<number, VisualGenomeImage> | null
  splitLists: Map<string, Split> | null
}

/** The files of an import, always in the same order: by role, then split. */
export function orderedFiles({ files }: ImportSource): ImportFile[] {
  return [...files].sort((a, b) => order(a) - order(b) || compare(a.name, b.name))
}

const order = ({ role, split }: ImportFile) => fileRoles.indexOf(role) * 10 + (split === null ? 0 : splits.indexOf(split) + 1)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Such files bring no examples: they are read in any case. */
export const bringsFacts = ({ role }: ImportFile): boolean => role === 'image-data' || role === 'split-list'

/** Which file it is, and in which state. */
export async function identify(file: ImportFile): Promise<string> {
  if (file.artifact !== undefined) return JSON.stringify([file.role, file.split, file.name, file.artifact])
  const found = await stat(file.path ?? '').catch(() => null)
  return JSON.stringify([file.role, file.split, file.name, file.path, found?.size, found?.mtimeMs])
}

/** Between two pieces the process answers to others: its heartbeat, its connections. */
const pieceBytes = 128 * 1024

/** The path is checked again: the folder may have changed since the import was asked for. */
export async function pathOf(file: ImportFile): Promise<string> {
  return file.artifact === undefined ? resolveDataPath(file.path ?? '') : artifactPath(file.artifact)
}

/** Parses one file. One that cannot be read (any more) ends itself, not the import. */
export async function* parseFile(format: ImportFormat, file: ImportFile, facts: SharedFacts): AsyncGenerator<ParsedItem[]> {
  try {
    yield* parse(format, file, facts)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || error instanceof TypeError) throw error
    yield [fileProblem('refused', 'unreadable', `the file cannot be read: ${message}`)]
  }
}

async function* parse(format: ImportFormat, file: ImportFile, facts: SharedFacts): AsyncGenerator<ParsedItem[]> {
  const options = { fileName: file.name, split: file.split ?? 'train' }
  const open = async (): Promise<Readable> => createReadStream(await pathOf(file), { highWaterMark: pieceBytes })
  switch (file.role) {
    case 'instances':
      return yield* parseInstances(open)
    case 'annotations':
      return yield* parseAnnotations(open)
    case 'image-data':
      return yield* parseImageData(open, (facts.imageData ??= new Map()))
    case 'split-list':
      return yield* parseSplitList(await open(), options.split, (facts.splitLists ??= new Map()))
  }
  switch (format) {
    case 'coco_karpathy':
      return yield* parseKarpathy(open)
    case 'coco_captions':
      return yield* parseCocoCaptions(open, options)
    case 'flickr_tokens':
      return yield* parseFlickrTokens(await open(), options, facts.splitLists)
    case 'visual_genome':
      return yield* parseRegions(open, options, facts.imageData)
    case 'vqa_v2':
      return yield* parseQuestions(open, options)
    case 'nlvr2':
      return yield* parseNlvr2(await open(), options)
    case 'nlvr':
      return yield* parseNlvr(await open(), options)
    case 'snli_ve':
      return yield* parseSnliVe(await open(), options)
    case 'json_lines':
      return yield* parseJsonLines(await open(), options)
  }
}
