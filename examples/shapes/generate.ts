import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { writeCaptions } from './captions.ts'
import { drawHypothesis, imagesFor, labels } from './hypotheses.ts'
import { writeAnswers, writeQuestions } from './questions.ts'
import { createRandom } from './random.ts'
import { encodePng, renderScene } from './render.ts'
import { writeStatementSet } from './statements.ts'
import { colors, imageSizePx, kindOf, sampleDistinctScenes, sampleScene, shapes } from './world.ts'
import type { Scene } from './world.ts'

export interface ShapesSize {
  trainImages: number
  valImages: number
  /** Test images of retrieval; questions and hypotheses use as many again, times four. */
  testImages: number
  questionsPerImage: number
  statementSets: Record<'train' | 'dev' | 'test1', number>
  /** Hypotheses a split; each stands with three images. */
  hypotheses: Record<'train' | 'dev' | 'test', number>
}

export const fullSize: ShapesSize = {
  trainImages: 1800,
  valImages: 200,
  testImages: 100,
  questionsPerImage: 4,
  statementSets: { train: 800, dev: 75, test1: 250 },
  hypotheses: { train: 1200, dev: 100, test: 334 },
}

interface Picture {
  id: number
  scene: Scene
  split: 'train' | 'val' | 'test'
  hasCaptions: boolean
}

const fileName = (id: number) => `${String(id).padStart(12, '0')}.png`

/** Writes the small world in the public formats: `captions/`, `vqa/`, `nlvr2/`, `snli-ve/`, and the images beside them. */
export async function generateShapes(out: string, seed: number, size: ShapesSize, say: (line: string) => void = () => {}): Promise<void> {
  const pictures = drawPictures(seed, size)
  say(`${pictures.length} images`)
  await writePictures(path.join(out, 'images'), pictures)
  await writeJson(path.join(out, 'captions', 'dataset_shapes.json'), karpathy(pictures, seed))
  await writeJson(path.join(out, 'captions', 'instances_shapes.json'), instances(pictures))
  for (const split of ['train', 'val', 'test'] as const) await writeQuestionFiles(path.join(out, 'vqa'), split, pictures, seed, size)
  for (const [split, sets] of Object.entries(size.statementSets)) await writeStatements(path.join(out, 'nlvr2'), split, sets, seed)
  for (const [split, count] of Object.entries(size.hypotheses))
    await writeHypotheses(path.join(out, 'snli-ve'), split, count, pictures, seed)
  say('captions, questions, statements and hypotheses')
}

function drawPictures(seed: number, size: ShapesSize): Picture[] {
  const { trainImages, valImages, testImages } = size
  const distinct = sampleDistinctScenes(createRandom(seed, 'scenes'), trainImages + valImages + testImages)
  const extraRandom = createRandom(seed, 'more scenes')
  const extra = Array.from({ length: testImages * 4 }, () => sampleScene(extraRandom))
  return [...distinct, ...extra].map((scene, i) => {
    const split = i < trainImages ? 'train' : i < trainImages + valImages ? 'val' : 'test'
    return { id: i + 1, scene, split, hasCaptions: i < distinct.length }
  })
}

async function writePictures(folder: string, pictures: readonly Picture[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { id, scene } of pictures) await writePicture(path.join(folder, fileName(id)), scene)
}

function writePicture(file: string, scene: Scene): Promise<void> {
  return writeFile(file, encodePng(renderScene(scene), imageSizePx, imageSizePx))
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, JSON.stringify(value))
}

async function writeLines(file: string, values: readonly unknown[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, values.map((value) => `${JSON.stringify(value)}\n`).join(''))
}

function karpathy(pictures: readonly Picture[], seed: number) {
  const random = createRandom(seed, 'captions')
  let sentid = 0
  const images = pictures
    .filter(({ hasCaptions }) => hasCaptions)
    .map(({ id, scene, split }) => {
      const sentences = writeCaptions(scene, random).map((raw) => {
        sentid += 1
        return { tokens: raw.toLowerCase().match(/\w+/g) ?? [], raw, imgid: id, sentid }
      })
      return { filename: fileName(id), imgid: id, cocoid: id, split, sentids: sentences.map((sentence) => sentence.sentid), sentences }
    })
  return { dataset: 'shapes', images }
}

function instances(pictures: readonly Picture[]) {
  const categories = shapes.map((name, i) => ({ id: i + 1, name, supercategory: 'shape' }))
  const annotations = pictures
    .filter(({ hasCaptions }) => hasCaptions)
    .flatMap(({ id, scene }) =>
      scene.objects.map(({ color, shape, size, x, y, radius }, i) => ({
        id: id * 10 + i,
        image_id: id,
        category_id: shapes.indexOf(shape) + 1,
        bbox: [x - radius, y - radius, 2 * radius, 2 * radius],
        area: 4 * radius * radius,
        iscrowd: 0,
        attributes: { color, size, kind: kindOf({ color, shape }) },
      })),
    )
  const images = pictures.map(({ id }) => ({ id, file_name: fileName(id), width: imageSizePx, height: imageSizePx }))
  return { info: { description: 'Shapes', colors }, images, annotations, categories }
}

async function writeQuestionFiles(folder: string, split: Picture['split'], pictures: readonly Picture[], seed: number, size: ShapesSize) {
  const random = createRandom(seed, `questions ${split}`)
  const chosen = pictures.filter((picture) => picture.split === split && (split !== 'test' || !picture.hasCaptions))
  const asked = chosen
    .slice(0, split === 'test' ? Math.ceil(1000 / size.questionsPerImage) : undefined)
    .flatMap(({ id, scene }) =>
      writeQuestions(scene, random, size.questionsPerImage).map((question, i) => ({ id, question, questionId: id * 10 + i })),
    )
  const head = { info: { description: 'Shapes', version: '1.0' }, license: { name: 'CC0 1.0' }, data_type: 'shapes', data_subtype: split }
  await writeJson(path.join(folder, `v2_OpenEnded_shapes_${split}_questions.json`), {
    ...head,
    task_type: 'Open-Ended',
    questions: asked.map(({ id, question, questionId }) => ({ image_id: id, question: question.text, question_id: questionId })),
  })
  await writeJson(path.join(folder, `v2_shapes_${split}_annotations.json`), {
    ...head,
    annotations: asked.map(({ id, question, questionId }) => ({
      question_type: question.questionType,
      multiple_choice_answer: question.answer,
      answers: writeAnswers(question, random),
      image_id: id,
      answer_type: question.answerType,
      question_id: questionId,
    })),
  })
}

async function writeStatements(folder: string, split: string, sets: number, seed: number): Promise<void> {
  const random = createRandom(seed, `statements ${split}`)
  const lines: unknown[] = []
  await mkdir(path.join(folder, split), { recursive: true })
  for (let set = 0; set < sets; set += 1) {
    const { pairs, sentences, labels } = writeStatementSet(random)
    for (const [pair, scenes] of pairs.entries()) {
      const stem = `${split}-${set}-${pair}`
      for (const [side, scene] of scenes.entries()) await writePicture(path.join(folder, split, `${stem}-img${side}.png`), scene)
      for (const [sentence, text] of sentences.entries()) {
        lines.push({ identifier: `${stem}-${sentence}`, sentence: text, label: labels[pair]?.[sentence] ? 'True' : 'False' })
      }
    }
  }
  await writeLines(path.join(folder, `${split}.json`), lines)
}

async function writeHypotheses(folder: string, split: string, count: number, pictures: readonly Picture[], seed: number): Promise<void> {
  const random = createRandom(seed, `hypotheses ${split}`)
  const chosen = pictures.filter(
    (picture) => picture.split === (split === 'dev' ? 'val' : split) && (split !== 'test' || !picture.hasCaptions),
  )
  const scenes = chosen.map(({ scene }) => scene)
  const lines: unknown[] = []
  const seen = new Set<string>()
  for (let n = 0; n < count;) {
    const hypothesis = drawHypothesis(random)
    const images = imagesFor(hypothesis, scenes, random)
    if (!images) continue
    const keys = labels.map((label) => `${images[label]} ${hypothesis.text}`)
    if (keys.some((key) => seen.has(key))) continue
    for (const [i, label] of labels.entries()) {
      seen.add(keys[i] as string)
      const image = fileName(chosen[images[label]]?.id ?? 0).replace('.png', '')
      lines.push({
        gold_label: label,
        sentence2: hypothesis.text,
        Flickr30K_ID: image,
        pairID: `${image}.jpg#${n}${label[0]}`,
        captionID: `${image}.jpg#0`,
      })
    }
    n += 1
  }
  const kept = split === 'test' ? lines.slice(0, 1000) : lines
  await writeLines(path.join(folder, `snli_ve_${split}.jsonl`), kept)
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' }, seed: { type: 'string', default: '1' } } })
  if (!values.out) throw new Error('Say where to write: --out FOLDER')
  await generateShapes(path.resolve(values.out), Number(values.seed), fullSize, (line) => process.stdout.write(`${line}\n`))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
