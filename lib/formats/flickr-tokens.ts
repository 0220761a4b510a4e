import type { Readable } from 'node:stream'
import { spanIn } from './line-records.ts'
import { readLines, type Line } from './lines.ts'
import { openText, type OpenedFile } from './open-text.ts'
import { flickrIdOf } from './read-fields.ts'
import { fileProblem, leavesRoot, RecordBuilder, type ParsedItem, type ParseOptions, type Split } from './record.ts'

/**
 * Flickr30K and Flickr8k in their own form: `1000092795.jpg#0<TAB>caption` a line, or `results.csv` with `| ` between its three
 * columns. Never quoted: a quote or a comma is a letter. Split lists, where given, say where an image belongs; others are left out.
 */
export async function* parseFlickrTokens(
  source: Readable,
  options: ParseOptions,
  lists: ReadonlyMap<string, Split> | null,
): AsyncGenerator<ParsedItem[]> {
  const file = await openText(source)
  if (file.fault) return yield [fileProblem('refused', file.fault.code, file.fault.reason)]
  const context: Context = { file, options, lists, isTable: false, unlisted: new Set() }
  for await (const lines of readLines(file)) {
    yield lines.flatMap((line) => {
      if (line.number === 1 && 'text' in line && /^image(_name)?\s*\|/i.test(line.text)) context.isTable = true
      else return [parseLine(line, context)]
      return []
    })
  }
  if (context.unlisted.size === 0) return
  const reason = `${context.unlisted.size} images are in no split list: left out`
  yield [fileProblem('notice', 'not-in-a-split', reason)]
}

interface Context {
  file: OpenedFile
  options: ParseOptions
  lists: ReadonlyMap<string, Split> | null
  isTable: boolean
  unlisted: Set<string>
}

function parseLine(line: Line, context: Context): ParsedItem {
  const raw = 'text' in line ? line.text : line.raw
  const builder = new RecordBuilder(`line ${line.number}`, () => raw, spanIn(context.file, line.span))
  if ('fault' in line) builder.refuse(line.fault.code, null, line.fault.reason)
  const parts = 'text' in line ? (context.isTable ? splitTable(line.text, builder) : splitTokens(line.text, builder)) : null
  if (!parts) return builder.build()
  const name = readName(parts.name, builder)
  const number = readNumber(parts.number, builder)
  const text = readText(parts.text, builder)
  if (!builder.accepted || name === null || number === null || text === null) return builder.build()
  const split = context.lists ? context.lists.get(name) : context.options.split
  const flickrId = flickrIdOf(name)
  const image = { key: name, candidates: [name], ...(flickrId === undefined ? {} : { flickrId }) }
  if (split === undefined) {
    context.unlisted.add(name)
    return builder.build()
  }
  const example = {
    ...{
      kind: 'caption' as const,
      split,
      externalId: `${name}#${number}`,
      text,
      label: null,
      answers: [],
      answerType: null,
      groupKey: null,
    },
    imageKeys: [name],
  }
  return builder.build({ images: [image], examples: [example] })
}

interface Parts {
  name: string
  number: string | null
  text: string
}

function splitTokens(line: string, builder: RecordBuilder): Parts | null {
  const tab = line.indexOf('\t')
  if (tab === -1) {
    builder.refuse('no-tab', null, 'no tab between key and caption')
    return null
  }
  const key = line.slice(0, tab)
  const hash = key.lastIndexOf('#')
  const rest = line.slice(tab + 1)
  if (rest.includes('\t')) builder.warn('extra-tab', 'caption', 'a second tab: kept as a space')
  return { name: hash === -1 ? key : key.slice(0, hash), number: hash === -1 ? null : key.slice(hash + 1), text: rest }
}

function splitTable(line: string, builder: RecordBuilder): Parts | null {
  const [name = '', number, ...text] = line.split('|')
  if (number === undefined || text.length === 0) {
    builder.refuse('no-separator', null, 'fewer than two separators "|" between image, number and caption')
    return null
  }
  return { name: name.trim(), number: number.trim(), text: text.join('|') }
}

function readName(name: string, builder: RecordBuilder): string | null {
  if (leavesRoot(name)) builder.refuse('path-escape', 'image', 'the image name leaves the image folder: refused')
  else if (!/^[^/\\]+\.(jpe?g|png|webp|gif)$/i.test(name)) builder.refuse('name-suffix', 'image', `"${name}" is not an image name`)
  return builder.accepted ? name : null
}

function readNumber(number: string | null, builder: RecordBuilder): number | null {
  if (number === null || !/^\d{1,6}$/.test(number)) {
    builder.refuse('no-number', 'image', 'no caption number (#0 to #4)')
    return null
  }
  if (Number(number) > 4) builder.warn('number-range', 'image', `caption number ${Number(number)}, 0 to 4 expected`)
  return Number(number)
}

function readText(caption: string, builder: RecordBuilder): string | null {
  const control = [...caption].find((letter) => letter !== '\t' && (letter < ' ' || letter === '\u{7f}'))
  if (control !== undefined) {
    const code = (control.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    builder.warn('bom-or-control', 'caption', `control character U+${code} in the caption: left out`)
  }
  const clean = [...caption].map((letter) => (letter < ' ' || letter === '\u{7f}' ? (letter === '\t' ? ' ' : '') : letter)).join('')
  const text = clean.trim()
  if (text === '') {
    builder.refuse('empty-caption', 'caption', 'caption is empty')
    return null
  }
  if (/&(amp|lt|gt|quot|apos|#\d+);/.test(text)) builder.warn('html', 'caption', 'HTML entities in the caption: kept as they are')
  if (!/\s/.test(text)) builder.warn('one-word', 'caption', 'caption of one word: kept')
  return text
}

/** Reads a list of image names, one a line, into the split that it stands for. */
export async function* parseSplitList(source: Readable, split: Split, lists: Map<string, Split>): AsyncGenerator<ParsedItem[]> {
  const file = await openText(source)
  if (file.fault) return yield [fileProblem('refused', file.fault.code, file.fault.reason)]
  for await (const lines of readLines(file)) {
    const problems: ParsedItem[] = []
    for (const line of lines) {
      const name = 'text' in line ? line.text.trim() : ''
      const key = /\.\w+$/.test(name) ? name : `${name}.jpg`
      const known = lists.get(key)
      if (known !== undefined && known !== split) {
        const reason = `${key} is in the list of ${known} too: it stays there`
        problems.push(fileProblem('warning', 'two-splits', reason, `line ${line.number}`, name))
      } else lists.set(key, split)
    }
    if (problems.length > 0) yield problems
  }
}
