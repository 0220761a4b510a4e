import type { FileLook, RecognisedFile } from './recognise-file.ts'

/** An image that a record names, as a folder may hold it: by a base name or by the number at its end; one of them is enough. */
export type SampleName = (string | number)[]

const mostNames = 20

/** Of the first records only, for a look whether a folder's images are the right ones. Pure. */
export function sampleNames({
  format,
  role,
  path,
  head,
}: Pick<RecognisedFile & FileLook, 'format' | 'role' | 'path' | 'head'>): SampleName[] {
  const all = (pattern: RegExp) => [...head.matchAll(pattern)].map((found) => found[1] ?? '')
  const base = (name: string) => name.slice(name.lastIndexOf('/') + 1)
  const names = (): SampleName[] => {
    if (role === 'instances' || role === 'split-list' || role === 'annotations' || role === 'image-data') return []
    switch (format) {
      case 'coco_karpathy':
        return all(/"filename"\s*:\s*"([^"\\]+)"/g).map((name) => [base(name)])
      case 'coco_captions':
        return all(/"file_name"\s*:\s*"([^"\\]+)"/g).map((name) => [base(name), ...numberOf(name)])
      case 'flickr_tokens':
        return all(/^(\S+\.\w+)(?:#\d+\t|\s*\|)/gm).map((name) => [name])
      case 'vqa_v2':
        return all(/"image_id"\s*:\s*(\d{1,15})\b/g).map((id) => [Number(id)])
      case 'visual_genome':
        return all(/"(?:image_)?id"\s*:\s*(\d{1,15})\b/g).map((id) => [`${id}.jpg`])
      case 'snli_ve':
        return all(/"Fli(?:c)?kr30[kK]_?ID"\s*:\s*"([^"\\]+)"/g)
          .map((id) => id.replace(/\.jpg$/, ''))
          .map((id) => [`${id}.jpg`, `${id}.png`])
      case 'nlvr2':
        return all(/"identifier"\s*:\s*"([a-z]+\d?-\d+-\d+)-\d+"/g).map((pair) => [`${pair}-img0.png`])
      case 'nlvr': {
        const word = /train|dev|test|hidden/.exec(base(path))?.[0] ?? ''
        return all(/"identifier"\s*:\s*"(\d+-\d+)"/g).map((id) => [`${word}-${id}-0.png`])
      }
      case 'json_lines':
        return all(/"image"\s*:\s*"([^"\\]+)"/g).map((name) => [base(name)])
    }
  }
  return [...new Map(names().map((name) => [String(name[0]), name])).values()].slice(0, mostNames)
}

const numberOf = (name: string) => (/(\d{1,15})\.\w+$/.exec(name)?.slice(1) ?? []).map(Number)
