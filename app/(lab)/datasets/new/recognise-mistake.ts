import type { FileRole } from '#lib/services/imports/format-catalog'

export type Slot = FileRole | 'images'

/** So much of a file is looked at before it is uploaded. */
export const headBytes = 64 * 1024

const keysOf: Record<FileRole, string[]> = {
  captions: ['caption', 'sentences', 'file_name', 'filename'],
  instances: ['bbox', 'categories', 'file_name'],
  questions: ['question', 'question_id'],
  annotations: ['answers', 'answer', 'multiple_choice_answer'],
  statements: ['sentence', 'identifier'],
  hypotheses: ['sentence2', 'gold_label'],
  regions: ['regions', 'region_id', 'phrase'],
  'image-data': ['image_id', 'coco_id', 'flickr_id'],
  examples: ['text', 'image', 'images'],
  'split-list': [],
}

/** What a file's first bytes show to be wrong about it, in a sentence; null where nothing is obviously wrong. The import itself looks closer. */
export function recogniseMistake(slot: Slot, name: string, head: Uint8Array): string | null {
  if (head.length === 0) return `${name} is empty.`
  const text = new TextDecoder()
    .decode(head)
    .replace(/^\ufeff/, '')
    .trimStart()
  if (/^<(!doctype|html|\?xml)/i.test(text)) return `${name} is a web page, not the data: the download failed.`
  if (text.startsWith('version https://git-lfs')) return `${name} is a Git LFS pointer, not the data: fetch the real file.`
  const isZip = head[0] === 0x50 && head[1] === 0x4b
  if (slot === 'images') return isZip ? null : `${name} is not a zip file.`
  if (isZip) return `${name} is a zip file: unpack it and choose the file inside.`
  if (head[0] === 0x1f && head[1] === 0x8b) return `${name} is a gzip file: unpack it and choose the file inside.`
  if (isImage(head)) return `${name} is an image: images go into a zip below.`
  if (isPlainText(slot, text)) return null
  if (!isWide(head) && !/^[[{]/.test(text)) return `${name} is not JSON.`
  return wrongRole(slot, name, text)
}

const isImage = (head: Uint8Array) => (head[0] === 0xff && head[1] === 0xd8) || (head[0] === 0x89 && head[1] === 0x50)
const isWide = (head: Uint8Array) => (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)

/** Lists of names, and captions one a line, as Flickr30K has them. */
const isPlainText = (slot: Slot, text: string) =>
  slot === 'split-list' ? !/^[[{]/.test(text) : slot === 'captions' && /^(\S+#\d+\t|image(_name)?\s*\|)/i.test(text)

/** A file that has another role's keys and none of its own. */
function wrongRole(role: FileRole, name: string, text: string): string | null {
  const has = (key: string) => text.includes(`"${key}"`)
  if (keysOf[role].some(has)) return role === 'questions' && has('answers') && !has('question') ? swapped(name) : null
  if (role === 'annotations' && has('question')) return swapped(name)
  const other = (Object.keys(keysOf) as FileRole[]).find((known) => known !== role && keysOf[known].filter(has).length > 1)
  return other ? `${name} looks like a file of ${other}, not of ${role}.` : null
}

const swapped = (name: string) => `${name} looks like the other file of the pair: questions and annotations may be swapped.`
