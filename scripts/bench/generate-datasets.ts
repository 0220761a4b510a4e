import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import type { CreateImportInput } from '#lib/services/imports/create-import-input'

type File = CreateImportInput['files'][number]

/** A set of generated files, in the form and the size of the published one. */
export interface Generated {
  format: CreateImportInput['format']
  files: File[]
  /** Records that the files hold. */
  records: number
}

export const datasetNames = ['visual_genome', 'coco_captions', 'coco_karpathy', 'vqa_v2', 'snli_ve', 'nlvr2'] as const
export type DatasetName = (typeof datasetNames)[number]

const words =
  `a the man woman red blue white dog cat street tree sky small large sitting standing holding wearing on in of with near table plate
  window building water grass car bus train sign light wall shirt black green wooden person people two three young old riding walking
  field snow beach horse boat kitchen food pizza cake glass bottle chair couch bed room door floor fence road bench umbrella bag hat
  shoe hand face hair tail wheel clock tower bird plane kite ball bat player game court`.split(/\s+/)

/** Repeats itself with the seed. */
class Words {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  number(below: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * below)
  }

  text(least: number, most: number): string {
    const count = least + this.number(most - least + 1)
    return Array.from({ length: count }, () => words[this.number(words.length)]).join(' ')
  }
}

/** A file that is written in pieces. */
class Pieces {
  readonly #out
  #text = ''

  constructor(file: string) {
    this.#out = createWriteStream(file, { highWaterMark: 4 * 1024 * 1024 })
  }

  async write(text: string): Promise<void> {
    this.#text += text
    if (this.#text.length < 1024 * 1024) return
    const piece = this.#text
    this.#text = ''
    if (!this.#out.write(piece)) await once(this.#out, 'drain')
  }

  async list<T>(count: number, item: (i: number) => T): Promise<void> {
    for (let i = 0; i < count; i++) await this.write(`${i === 0 ? '' : ', '}${JSON.stringify(item(i))}`)
  }

  async end(): Promise<void> {
    this.#out.end(this.#text)
    await finished(this.#out)
  }
}

/** Writes a dataset's files; `scale` 1 is the published size. No image files: their names alone. */
export async function generateDataset(name: DatasetName, folder: string, scale: number): Promise<Generated> {
  await mkdir(folder, { recursive: true })
  const at = (count: number) => Math.max(1, Math.round(count * scale))
  return { format: name, ...(await writers[name](folder, at)) }
}

type At = (count: number) => number
type Written = Omit<Generated, 'format'>

const writers: Record<DatasetName, (folder: string, at: At) => Promise<Written>> = {
  visual_genome: writeVisualGenome,
  coco_captions: writeCaptions,
  coco_karpathy: writeKarpathy,
  vqa_v2: writeVqa,
  snli_ve: writeSnliVe,
  nlvr2: writeNlvr2,
}

async function write(folder: string, name: string, fill: (out: Pieces) => Promise<void>): Promise<{ name: string; path: string }> {
  const file = path.join(folder, name)
  const out = new Pieces(file)
  await fill(out)
  await out.end()
  return { name, path: file }
}

async function writeVisualGenome(folder: string, at: At): Promise<Written> {
  const draw = new Words(1)
  const images = at(108_077)
  let region = 1382
  const regions = await write(folder, 'region_descriptions.json', async (out) => {
    await out.write('[')
    await out.list(images, (i) => ({
      regions: Array.from({ length: 50 }, () => ({
        ...{ region_id: region++, width: 10 + draw.number(300), height: 10 + draw.number(200), image_id: i + 1 },
        ...{ phrase: draw.text(2, 8), y: draw.number(250), x: draw.number(300) },
      })),
      id: i + 1,
    }))
    await out.write(']')
  })
  const data = await write(folder, 'image_data.json', async (out) => {
    await out.write('[')
    await out.list(images, (i) => ({
      ...{
        width: 800,
        url: `https://cs.stanford.edu/people/rak248/VG_100K${i % 2 ? '_2' : ''}/${i + 1}.jpg`,
        height: 600,
        image_id: i + 1,
      },
      ...{ coco_id: i % 2 ? i + 1 : null, flickr_id: i % 3 ? 4_000_000_000 + i : null },
    }))
    await out.write(']')
  })
  const files: File[] = [
    { role: 'regions', split: null, ...regions },
    { role: 'image-data', split: null, ...data },
  ]
  return { files, records: region - 1382 + 2 * images }
}

async function writeCaptions(folder: string, at: At): Promise<Written> {
  const draw = new Words(2)
  const sizes = { train: [at(82_783), at(414_113)], val: [at(40_504), at(202_654)] } as const
  const files: File[] = []
  for (const [split, [images, captions]] of Object.entries(sizes) as ['train' | 'val', readonly [number, number]][]) {
    const first = split === 'train' ? 1 : 300_001
    const named = await write(folder, `captions_${split}2014.json`, async (out) => {
      await out.write('{"info": {"description": "generated"}, "images": [')
      await out.list(images, (i) => ({
        ...{ license: 5, file_name: `COCO_${split}2014_${String(first + i).padStart(12, '0')}.jpg`, height: 480, width: 640 },
        ...{ date_captured: '2013-11-14 11:18:45', coco_url: `http://mscoco.org/images/${first + i}`, id: first + i },
      }))
      await out.write('], "licenses": [], "annotations": [')
      await out.list(captions, (i) => ({ image_id: first + (i % images), id: first * 3 + i, caption: `${draw.text(7, 14)}.` }))
      await out.write(']}')
    })
    files.push({ role: 'captions', split, ...named })
  }
  return {
    files,
    records: Object.values(sizes)
      .flat()
      .reduce((sum, count) => sum + count, 0),
  }
}

async function writeKarpathy(folder: string, at: At): Promise<Written> {
  const draw = new Words(3)
  const images = at(123_287)
  let sentid = 0
  const named = await write(folder, 'dataset_coco.json', async (out) => {
    await out.write('{"images": [')
    await out.list(images, (i) => {
      const split = i % 25 === 0 ? 'test' : i % 25 === 1 ? 'val' : i % 4 === 2 ? 'restval' : 'train'
      const release = split === 'train' ? 'train2014' : 'val2014'
      const sentences = Array.from({ length: 5 }, () => {
        const raw = `${draw.text(7, 14)}.`
        return { tokens: raw.slice(0, -1).split(' '), raw, imgid: i, sentid: sentid++ }
      })
      const name = { filepath: release, filename: `COCO_${release}_${String(i + 1).padStart(12, '0')}.jpg`, cocoid: i + 1 }
      return { ...name, sentids: sentences.map((sentence) => sentence.sentid), imgid: i, sentences, split }
    })
    await out.write('], "dataset": "coco"}')
  })
  return { files: [{ role: 'captions', split: null, ...named }], records: images }
}

async function writeVqa(folder: string, at: At): Promise<Written> {
  const draw = new Words(4)
  const sizes = { train: [at(82_783), at(443_757)], val: [at(40_504), at(214_354)] } as const
  const files: File[] = []
  for (const [split, [images, questions]] of Object.entries(sizes) as ['train' | 'val', readonly [number, number]][]) {
    const first = split === 'train' ? 1 : 300_001
    const head = `{"info": {"version": "2.0"}, "task_type": "Open-Ended", "data_type": "mscoco", "license": {}, "data_subtype": "${split}2014", `
    const idOf = (i: number) => ({ image_id: first + (i % images), question_id: (first + (i % images)) * 1000 + Math.floor(i / images) })
    const asked = await write(folder, `v2_OpenEnded_mscoco_${split}2014_questions.json`, async (out) => {
      await out.write(`${head}"questions": [`)
      await out.list(questions, (i) => ({ ...idOf(i), question: `${draw.text(4, 8)}?` }))
      await out.write(']}')
    })
    const answered = await write(folder, `v2_mscoco_${split}2014_annotations.json`, async (out) => {
      await out.write(`${head}"annotations": [`)
      await out.list(questions, (i) => {
        const answer = words[draw.number(words.length)] as string
        const answers = Array.from({ length: 10 }, (_, k) => ({
          ...{ answer: k < 7 ? answer : (words[draw.number(words.length)] as string), answer_confidence: 'yes', answer_id: k + 1 },
        }))
        return { question_type: 'what is the', multiple_choice_answer: answer, answers, answer_type: 'other', ...idOf(i) }
      })
      await out.write(']}')
    })
    files.push({ role: 'questions', split, ...asked }, { role: 'annotations', split, ...answered })
  }
  return { files, records: 2 * (sizes.train[1] + sizes.val[1]) }
}

async function writeSnliVe(folder: string, at: At): Promise<Written> {
  const draw = new Words(5)
  const sizes = { train: at(529_527), dev: at(17_858), test: at(17_901) }
  const labels = ['entailment', 'neutral', 'contradiction'] as const
  const files: File[] = []
  let first = 1_000_000_000
  for (const [part, lines] of Object.entries(sizes) as ['train' | 'dev' | 'test', number][]) {
    const images = Math.max(1, Math.round(lines / 17.78))
    const named = await write(folder, `snli_ve_${part}.jsonl`, async (out) => {
      for (let i = 0; i < lines; i++) {
        const image = String(first + (i % images))
        const label = labels[i % 3] as (typeof labels)[number]
        const parse = `(ROOT (S (NP (DT A) (NN ${draw.text(1, 1)})) (VP (VBZ is) (VP (VBG ${draw.text(1, 1)})))))`
        const record = {
          ...{
            annotator_labels: [label],
            captionID: `${image}.jpg#0`,
            gold_label: label,
            pairID: `${image}.jpg#0r${Math.floor(i / images)}${label[0]}`,
          },
          ...{
            sentence1: draw.text(8, 14),
            sentence1_parse: parse,
            sentence2: draw.text(5, 9),
            sentence2_parse: parse,
            Flickr30K_ID: image,
          },
        }
        await out.write(`${JSON.stringify(record)}\n`)
      }
    })
    files.push({ role: 'hypotheses', split: part === 'dev' ? 'val' : part, ...named })
    first += 100_000
  }
  return { files, records: sizes.train + sizes.dev + sizes.test }
}

async function writeNlvr2(folder: string, at: At): Promise<Written> {
  const draw = new Words(6)
  const sizes = { train: at(86_373), dev: at(6982), test1: at(6967), test2: at(6970) }
  const splits = { train: 'train', dev: 'val', test1: 'test', test2: 'test' } as const
  const files: File[] = []
  for (const [part, lines] of Object.entries(sizes) as [keyof typeof sizes, number][]) {
    const named = await write(folder, `${part}.json`, async (out) => {
      for (let i = 0; i < lines; i++) {
        const [set, pair, sentence] = [Math.floor(i / 8), Math.floor(i / 2) % 4, i % 2]
        const url = (side: string) => `https://example.invalid/${part}/${set}-${pair}-${side}.jpg`
        const record = {
          ...{
            sentence: draw.text(10, 18),
            left_url: url('left'),
            right_url: url('right'),
            identifier: `${part}-${set}-${pair}-${sentence}`,
          },
          ...{ label: i % 2 ? 'True' : 'False', synset: 'acorn', query: `group of acorns${set}`, writer: 55, directory: set % 100 },
        }
        await out.write(`${JSON.stringify(record)}\n`)
      }
    })
    files.push({ role: 'statements', split: splits[part], ...named })
  }
  return { files, records: Object.values(sizes).reduce((sum, count) => sum + count, 0) }
}
