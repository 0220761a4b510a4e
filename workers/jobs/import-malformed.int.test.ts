import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { systemContext, type Context } from '#lib/services/context'
import { createImport } from '#lib/services/imports/create-import'
import type { CreateImportInput } from '#lib/services/imports/create-import-input'
import { createDemoFolder } from '#lib/services/imports/data-roots'
import { getImport, type ImportDetail } from '#lib/services/imports/get-import'
import { listImportProblems, type ImportProblemView } from '#lib/services/imports/list-import-problems'
import { importDataset } from './import-dataset.ts'

/** Every malformed file of every format, imported: the outcome, and each fault with its place and what the report must say. */
interface Expected {
  faults: { where?: string; line?: number; code: string; must_say: string }[]
}
type Files = CreateImportInput['files']

let ctx: Context
let folder = ''
const fixtures = path.join(import.meta.dirname, '../../lib/formats/fixtures')

beforeAll(async () => {
  ctx = systemContext('test')
  folder = path.join(await createDemoFolder(), 'malformed')
  await cp(path.join(fixtures, 'malformed'), folder, { recursive: true })
  await cp(path.join(fixtures, 'vg/image_data.json'), path.join(folder, 'image_data.json'))
  // Two files in one, for the eye: they are taken apart as text, so that no digit is lost.
  const pair = await readFile(path.join(folder, 'v2_vqa_pair.json'), 'utf8')
  const { questions, annotations } = JSON.parse(pair.replace('9007199254740993', '"BIG"')) as Record<string, unknown>
  await writeFile(path.join(folder, 'questions.json'), JSON.stringify(questions).replace('"BIG"', '9007199254740993'))
  await writeFile(path.join(folder, 'annotations.json'), JSON.stringify(annotations))
})

const file = (role: Files[number]['role'], split: Files[number]['split'], name: string) => ({
  role,
  split,
  name,
  path: path.join(folder, name),
})

async function importFiles(
  format: CreateImportInput['format'],
  files: Files,
): Promise<{ detail: ImportDetail; problems: ImportProblemView[] }> {
  const datasetName = `${format} ${files[0]?.name}`
  const { id } = await createImport(ctx, { datasetName, format, files, imageRoots: [] })
  await importDataset({ importId: id }, { ctx, signal: new AbortController().signal })
  const { problems } = await listImportProblems(ctx, { importId: id, limit: 500 })
  return {
    detail: await getImport(ctx, { id }),
    problems: problems.filter(({ code }) => code !== 'no-images' && code !== 'official-count'),
  }
}

/** Words of the report that an expected file quotes: names, numbers and texts; its other words may differ. */
const named = (text: string) => text.match(/"[^"]+"|\d[\d.]*\d|\b\w+_\w+\b|[a-z]+\[\d+\]/g) ?? []

test.each<[string, CreateImportInput['format'], () => Files, { taken: number; refused: number }]>([
  ['dataset_coco.json', 'coco_karpathy', () => [file('captions', null, 'dataset_coco.json')], { taken: 7, refused: 4 }],
  ['captions_val2017.json', 'coco_captions', () => [file('captions', 'val', 'captions_val2017.json')], { taken: 49, refused: 9 }],
  ['results_20130124.token', 'flickr_tokens', () => [file('captions', null, 'results_20130124.token')], { taken: 12, refused: 5 }],
  [
    'region_descriptions.json',
    'visual_genome',
    () => [file('regions', null, 'region_descriptions.json'), file('image-data', null, 'image_data.json')],
    { taken: 22, refused: 6 },
  ],
  [
    'v2_vqa_pair.json',
    'vqa_v2',
    () => [file('questions', 'train', 'questions.json'), file('annotations', 'train', 'annotations.json')],
    { taken: 18, refused: 5 },
  ],
  ['nlvr2_dev.json', 'nlvr2', () => [file('statements', 'val', 'nlvr2_dev.json')], { taken: 8, refused: 9 }],
  ['nlvr_dev.json', 'nlvr', () => [file('statements', 'val', 'nlvr_dev.json')], { taken: 10, refused: 7 }],
  ['snli_ve_dev.jsonl', 'snli_ve', () => [file('hypotheses', 'val', 'snli_ve_dev.jsonl')], { taken: 10, refused: 7 }],
])('%s: every fault is reported with its place and the values it names; all else is kept', async (name, format, files, outcome) => {
  const { detail, problems } = await importFiles(format, files())
  expect(detail).toMatchObject({
    status: 'succeeded',
    takenCount: outcome.taken,
    refusedCount: outcome.refused,
    outcome: 'complete with problems',
  })
  const { faults } = JSON.parse(await readFile(path.join(folder, `${name}.expected.json`), 'utf8')) as Expected
  // Only the image files tell that a folder is the wrong one: a test of images holds it.
  const wanted = faults.filter(({ code }) => code !== 'directory-wrong')
  expect(problems.map(({ place, code }) => `${place} ${code}`)).toEqual(
    expect.arrayContaining(wanted.map(({ where, line, code }) => `${where ?? `line ${line}`} ${code}`)),
  )
  for (const { where, line, code, must_say } of wanted) {
    const problem = problems.find((found) => found.code === code && found.place === (where ?? `line ${line}`))
    for (const value of named(must_say.replace(/\([^)]*\)|"x\.jpg\.1"/g, '')))
      expect(`${problem?.reason} ${problem?.field} ${problem?.place}`).toContain(value)
    if (problem?.severity === 'refused') expect(problem.raw, `${code} keeps its text`).toBeTruthy()
  }
})

test.each([
  ['dataset_coco.json', 'coco_karpathy', 'a Git LFS pointer, not the data'],
  ['captions_train2014.json', 'coco_captions', 'an HTML page (403 Forbidden), not JSON: the download failed'],
  ['empty.json', 'coco_captions', 'the file is empty'],
] as const)('%s is not what its name says: the import is refused with the reason', async (name, format, reason) => {
  const split = format === 'coco_captions' ? ('train' as const) : null
  const { detail } = await importFiles(format, [{ ...file('captions', split, `whole-file/${name}`), name }])
  expect(detail).toMatchObject({ status: 'failed', outcome: 'refused', version: null })
  expect(detail.error).toContain(`${name}: ${reason}`)
})

test('a truncated file keeps its complete records and says how many', async () => {
  const { detail, problems } = await importFiles('coco_captions', [
    { ...file('captions', 'val', 'whole-file/captions_val2014.json'), name: 'captions_val2014.json' },
    file('captions', 'train', 'captions_val2017.json'),
  ])
  expect(detail.status).toBe('succeeded')
  expect(problems.find(({ code }) => code === 'truncated')?.reason).toMatch(/the \d+ complete records before it are kept/)
})

test('texts and names that no index can hold are left out by name, and everything else is kept', async () => {
  const record = (id: string, text: string, image = 'a.jpg') => ({ id, image, split: 'train', text })
  const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i}`).join(' ')
  const lines = [record('1', 'A dog.'), record('2', words(200_000)), record('3'.repeat(3000), 'A cat.'), record('4', words(5000))]
  lines.push(record('5', 'A bird.', `${'b'.repeat(3000)}.jpg`))
  await writeFile(path.join(folder, 'long.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'))
  const { detail, problems } = await importFiles('json_lines', [file('examples', null, 'long.jsonl')])
  expect(detail).toMatchObject({ status: 'succeeded', takenCount: 2, refusedCount: 3, outcome: 'complete with problems' })
  expect(problems.map(({ place, code, field, severity }) => [place, code, field, severity])).toEqual([
    ['line 2', 'text-long', 'text', 'refused'],
    ['line 3', 'name-long', null, 'refused'],
    ['line 5', 'name-long', null, 'refused'],
  ])
})
