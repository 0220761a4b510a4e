import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseInstances } from '#lib/formats/instances'
import { parseKarpathy } from '#lib/formats/karpathy'
import { parseNlvr2 } from '#lib/formats/nlvr2'
import { joinAnswers, readWhole } from '#lib/formats/read-whole'
import type { ParsedExample, ParsedItem, ParsedRecord } from '#lib/formats/record'
import { parseSnliVe } from '#lib/formats/snli-ve'
import { parseAnnotations, parseQuestions } from '#lib/formats/vqa'
import { questionOnlyAccuracy, textOnlyAccuracy } from '#lib/soho/eval/text-only'
import { fullSize, generateShapes, type ShapesSize } from './generate.ts'

const little: ShapesSize = {
  trainImages: 30,
  valImages: 10,
  testImages: 20,
  questionsPerImage: 4,
  statementSets: { train: 4, dev: 2, test1: 3 },
  hypotheses: { train: 8, dev: 1, test: 4 },
}
/** Enough texts to tell chance from a hint. */
const middling: ShapesSize = {
  trainImages: 700,
  valImages: 40,
  testImages: 100,
  questionsPerImage: 4,
  statementSets: { train: 300, dev: 5, test1: 150 },
  hypotheses: { train: 600, dev: 10, test: 334 },
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shapes-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function digest(root: string): Promise<string> {
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const names = files.map((file) => path.join(file.parentPath, file.name)).sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(path.relative(root, name)).update(await readFile(name))
  return hash.digest('hex')
}

it('writes the same bytes for the same seed and others for another', async () => {
  for (const [name, seed] of [['a', 3], ['b', 3], ['c', 4]] as const) await generateShapes(path.join(folder, name), seed, little) // prettier-ignore
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => digest(path.join(folder, name))))
  expect(a).toBe(b)
  expect(a).not.toBe(c)
}, 60_000)

it('has 1,000 test items a task, and 100 images with 500 captions to retrieve', () => {
  expect(fullSize.testImages).toBe(100)
  expect(Math.floor(1000 / fullSize.questionsPerImage)).toBeLessThanOrEqual(fullSize.testImages * 4)
  expect(fullSize.statementSets.test1 * 4).toBe(1000)
  expect(fullSize.hypotheses.test * 3).toBeGreaterThanOrEqual(1000)
})

describe('a world in the public formats', () => {
  let world = ''
  beforeAll(async () => {
    world = path.join(folder, 'world')
    await generateShapes(world, 1, middling)
  }, 60_000)
  const open = (name: string) => createReadStream(path.join(world, name))

  async function recordsOf(items: AsyncGenerator<ParsedItem[]>): Promise<ParsedRecord[]> {
    const { records, problems } = await readWhole(items)
    expect(problems).toEqual([])
    expect(records.every(({ accepted }) => accepted)).toBe(true)
    return records
  }
  const examplesIn = (records: ParsedRecord[]) => records.flatMap(({ examples }) => examples)
  const examplesOf = async (items: AsyncGenerator<ParsedItem[]>) => examplesIn(await recordsOf(items))
  const questions = async (split: 'train' | 'test') => {
    const asked = parseQuestions(() => open(`vqa/v2_OpenEnded_shapes_${split}_questions.json`), { fileName: 'questions.json', split })
    const answered = parseAnnotations(() => open(`vqa/v2_shapes_${split}_annotations.json`))
    return examplesIn(joinAnswers(await recordsOf(asked), await recordsOf(answered)))
  }
  const statements = (split: 'train' | 'test', file: string) => examplesOf(parseNlvr2(open(`nlvr2/${file}`), { fileName: file, split }))
  const hypotheses = (split: 'train' | 'test', file: string) => examplesOf(parseSnliVe(open(`snli-ve/${file}`), { fileName: file, split }))
  const labelled = (examples: ParsedExample[]) => examples.map(({ text, label }) => ({ text, label: label ?? '' }))
  const balanceOf = (examples: ParsedExample[]) => [...Map.groupBy(examples, ({ label }) => label).values()].map(({ length }) => length)

  it('gives captions of 100 test images and boxes with attributes, without a problem', async () => {
    const captions = await examplesOf(parseKarpathy(() => open('captions/dataset_shapes.json')))
    expect(captions.filter(({ split }) => split === 'test')).toHaveLength(500)
    const boxes = (await recordsOf(parseInstances(() => open('captions/instances_shapes.json')))).flatMap(({ objects }) => objects)
    expect(boxes.length).toBeGreaterThan(800)
  })

  it('asks questions that the words alone answer no better than the prior of their kind', async () => {
    const [train, test] = [await questions('train'), await questions('test')]
    expect(test).toHaveLength(1000)
    const convert = (rows: ParsedExample[]) =>
      rows.map(({ externalId, text, answers, answerType }) => ({ exampleId: externalId, text, image: 0, answers, answerType }))
    const kind = (text: string) =>
      /^(Is there|How many things|How many|What shape|What color is the thing|What color)/.exec(text)?.[0] ?? text
    const prior = questionOnlyAccuracy(
      convert(train).map((question) => ({ ...question, text: kind(question.text) })),
      convert(test).map((question) => ({ ...question, text: kind(question.text) })),
    ).sameText
    const { best, majority } = questionOnlyAccuracy(convert(train), convert(test))
    expect(best).toBeGreaterThan(majority)
    expect(best).toBeLessThan(prior + 0.04)
  })

  it('makes statements and hypotheses of which the words alone say nothing', async () => {
    const [seen, unseen] = [await statements('train', 'train.json'), await statements('test', 'test1.json')]
    expect(balanceOf(unseen)).toEqual([300, 300])
    expect(Math.abs(textOnlyAccuracy(labelled(seen), labelled(unseen)).best - 1 / 2)).toBeLessThan(0.05)
    const [learned, asked] = [await hypotheses('train', 'snli_ve_train.jsonl'), await hypotheses('test', 'snli_ve_test.jsonl')]
    expect(balanceOf(asked)).toEqual([334, 333, 333])
    expect(Math.abs(textOnlyAccuracy(labelled(learned), labelled(asked)).best - 1 / 3)).toBeLessThan(0.05)
  })
})
