import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { artifactPath } from '#lib/artifacts'
import { parseCocoCaptions } from '#lib/formats/coco-captions'
import { parseInstances } from '#lib/formats/instances'
import { parseKarpathy } from '#lib/formats/karpathy'
import { parseNlvr } from '#lib/formats/nlvr'
import { parseNlvr2 } from '#lib/formats/nlvr2'
import { fileProblem, type ParsedItem } from '#lib/formats/record'
import { parseSnliVe } from '#lib/formats/snli-ve'
import { parseVqa } from '#lib/formats/vqa'
import type { ImportFile, ImportSource } from '#lib/services/imports/create-import-input'
import { resolveDataPath } from '#lib/services/imports/data-roots'
import { fileRoles, splits, type ImportFormat } from '#lib/services/imports/format-catalog'

/** What a parser yielded, with the name of the file it came from. */
export interface SourceItem {
  fileName: string
  item: ParsedItem
}

/** Reads every file of an import: by split, boxes last, so that the same content always comes in the same order. */
export async function* parseSource(format: ImportFormat, source: ImportSource): AsyncGenerator<SourceItem> {
  const files = [...source.files].sort((a, b) => order(a) - order(b) || compare(a.name, b.name))
  for (const file of files) {
    if (file.role === 'annotations') continue
    const annotations =
      format === 'vqa_v2' ? (files.find((other) => other.role === 'annotations' && other.split === file.split) ?? null) : null
    yield* readable(file.name, parseFile(format, file, annotations), (item) => nameOf(item, file, annotations))
  }
}

const order = ({ role, split }: ImportFile) => fileRoles.indexOf(role) * 10 + (split === null ? 0 : splits.indexOf(split))
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

async function* parseFile(format: ImportFormat, file: ImportFile, annotations: ImportFile | null): AsyncGenerator<ParsedItem> {
  const options = { fileName: file.name, split: file.split ?? 'train' }
  const input = await open(file)
  if (file.role === 'instances') return yield* parseInstances(input)
  switch (format) {
    case 'coco_karpathy':
      return yield* parseKarpathy(input)
    case 'coco_captions':
      return yield* parseCocoCaptions(input, options)
    case 'vqa_v2':
      return yield* parseVqa({ questions: input, annotations: annotations && (await open(annotations)) }, options)
    case 'nlvr2':
      return yield* parseNlvr2(input, options)
    case 'nlvr':
      return yield* parseNlvr(input, options)
    case 'snli_ve':
      return yield* parseSnliVe(input, options)
  }
}

/** The path is checked again: the folder may have changed since the import was asked for. */
async function open(file: ImportFile): Promise<Readable> {
  return createReadStream(file.artifact === undefined ? await resolveDataPath(file.path ?? '') : artifactPath(file.artifact))
}

/** A file that cannot be read (any more) ends itself, not the import. */
async function* readable(
  fileName: string,
  items: AsyncGenerator<ParsedItem>,
  name: (item: ParsedItem) => string,
): AsyncGenerator<SourceItem> {
  try {
    for await (const item of items) yield { fileName: name(item), item }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || error instanceof TypeError) throw error
    yield { fileName, item: fileProblem('refused', 'unreadable', `the file cannot be read: ${message}`) }
  }
}

/** Of a pair of VQA files, the one that the place belongs to. */
function nameOf(item: ParsedItem, file: ImportFile, annotations: ImportFile | null): string {
  const place = 'record' in item ? item.record.place : item.problem.place
  return annotations && place.startsWith('annotations') ? annotations.name : file.name
}
