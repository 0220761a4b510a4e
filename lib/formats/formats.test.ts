import { readdirSync, readFileSync } from 'node:fs'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { parseCocoCaptions } from './coco-captions.ts'
import { parseInstances } from './instances.ts'
import { parseKarpathy } from './karpathy.ts'
import { parseNlvr } from './nlvr.ts'
import { parseNlvr2 } from './nlvr2.ts'
import type { ParsedItem, ParsedRecord, Problem } from './record.ts'
import { parseSnliVe } from './snli-ve.ts'
import { parseVqa } from './vqa.ts'

const fixtures = path.join(import.meta.dirname, 'fixtures')
const open = (name: string) => createReadStream(path.join(fixtures, name))
const text = (value: unknown) => Readable.from([Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))])
const val = (fileName: string) => ({ fileName, split: 'val' as const })

async function read(items: AsyncGenerator<ParsedItem>): Promise<{ records: ParsedRecord[]; problems: Problem[] }> {
  const records: ParsedRecord[] = []
  const problems: Problem[] = []
  for await (const item of items) {
    if ('record' in item) records.push(item.record)
    problems.push(...('record' in item ? item.record.problems : [item.problem]))
  }
  return { records, problems }
}

interface Expected {
  good_records?: number
  lines?: number
  faults: { where?: string; line?: number; code: string }[]
}
const expected = (name: string) => JSON.parse(readFileSync(path.join(fixtures, 'malformed', `${name}.expected.json`), 'utf8')) as Expected
const wanted = (name: string) => expected(name).faults.map((fault) => `${fault.where ?? `line ${fault.line}`} ${fault.code}`)
const found = (problems: Problem[]) => problems.map((problem) => `${problem.place} ${problem.code}`)

describe('every fault of a malformed file is reported with its place', () => {
  test('Karpathy', async () => {
    const { records, problems } = await read(parseKarpathy(open('malformed/dataset_coco.json')))
    expect(found(problems)).toEqual(expect.arrayContaining(wanted('dataset_coco.json')))
    expect(problems).toHaveLength(10)
    expect(records).toHaveLength(11)
    expect(records.filter((record) => !record.accepted).map((record) => record.place)).toEqual([
      'images[0]',
      'images[1]',
      'images[6]',
      'images[7]',
    ])
  })

  test('COCO captions', async () => {
    const { problems } = await read(parseCocoCaptions(open('malformed/captions_val2017.json'), val('captions_val2017.json')))
    expect(found(problems)).toEqual(expect.arrayContaining(wanted('captions_val2017.json')))
    expect(problems.find((problem) => problem.code === 'id-type')?.reason).toBe('id "abc" is text, a number expected')
  })

  test.each([
    ['nlvr2_dev.json', parseNlvr2],
    ['nlvr_dev.json', parseNlvr],
    ['snli_ve_dev.jsonl', parseSnliVe],
  ])('%s: and the good records are taken', async (name, parse) => {
    const { records, problems } = await read(parse(open(`malformed/${name}`), val(name)))
    const places = name === 'nlvr_dev.json' ? wanted(name).filter((fault) => !fault.includes('directory-wrong')) : wanted(name)
    expect(found(problems)).toEqual(expect.arrayContaining(places))
    expect(records).toHaveLength(17)
    const faulty = new Set(expected(name).faults.map((fault) => `line ${fault.line}`))
    const good = records.filter((record) => !faulty.has(record.place))
    expect(good).toHaveLength(7)
    expect(good.every((record) => record.accepted && record.problems.length === 0)).toBe(true)
    for (const record of records) expect(record.accepted).toBe(record.problems.every((problem) => problem.severity !== 'refused'))
    for (const problem of problems.filter(({ severity }) => severity === 'refused')) expect(problem.raw).toBeTruthy()
  })

  test('VQA, joined over two files', async () => {
    const pair = JSON.parse(
      readFileSync(path.join(fixtures, 'malformed/v2_vqa_pair.json'), 'utf8').replace('9007199254740993', '"BIG"'),
    ) as Record<string, object>
    const questions = text(JSON.stringify(pair['questions']).replace('"BIG"', '9007199254740993'))
    const { records, problems } = await read(parseVqa({ questions, annotations: text(pair['annotations']) }, val('q.json')))
    expect(found(problems)).toEqual(expect.arrayContaining(wanted('v2_vqa_pair.json')))
    expect(records).toHaveLength(23)
    expect(problems.find((problem) => problem.code === 'id-too-large')?.raw).toContain('9007199254740993')
  })
})

describe('good files are taken whole', () => {
  test('Karpathy', async () => {
    const { records, problems } = await read(parseKarpathy(open('coco/dataset_coco.json')))
    expect(problems).toEqual([])
    expect(records).toHaveLength(12)
    expect(records[0]?.images[0]?.candidates[0]).toMatch(/^val2014\/COCO_val2014_/)
  })

  test('VQA with ten answers each', async () => {
    const files = {
      questions: open('vqa2/v2_OpenEnded_mscoco_train2014_questions.json'),
      annotations: open('vqa2/v2_mscoco_train2014_annotations.json'),
    }
    const { records, problems } = await read(parseVqa(files, { fileName: 'q', split: 'train' }))
    expect(problems).toEqual([])
    const examples = records.flatMap((record) => record.examples)
    expect(examples.length).toBeGreaterThan(10)
    expect(examples.every((example) => example.answers.length === 10 && example.answers.includes(example.label ?? ''))).toBe(true)
  })

  test('NLVR2, NLVR and both spellings of SNLI-VE', async () => {
    for (const file of readdirSync(path.join(fixtures, 'nlvr2/data'))) {
      const { records } = await read(parseNlvr2(open(`nlvr2/data/${file}`), val(file)))
      expect(records.every((record) => record.accepted && record.images.length === 2)).toBe(true)
    }
    const nlvr = await read(parseNlvr(open('nlvr/dev/dev.json'), val('dev.json')))
    expect(nlvr.problems).toEqual([])
    expect(nlvr.records[0]?.images.map((image) => image.crop?.left)).toEqual([0, 150, 300])
    const snli = await read(parseSnliVe(open('snli-ve/snli_ve_test.jsonl'), val('snli_ve_test.jsonl')))
    expect(snli.records.every((record) => record.accepted)).toBe(true)
  })

  test('instances, with the boxes before their category names', async () => {
    const file = {
      annotations: [{ image_id: 1, category_id: 2, bbox: [1, 2, 3, 4], attributes: { color: 'red' } }],
      categories: [{ id: 2, name: 'circle' }],
    }
    const { records } = await read(parseInstances(text(file)))
    expect(records[0]?.objects).toEqual([
      { imageKey: '1', category: 'circle', attributes: { color: 'red' }, x: 1, y: 2, width: 3, height: 4 },
    ])
  })
})

describe('a file that is not what its name says', () => {
  const whole = (name: string) => open(`malformed/whole-file/${name}`)

  test.each([
    ['dataset_coco.json', 'lfs-pointer'],
    ['captions_train2014.json', 'html'],
    ['empty.json', 'empty'],
  ])('%s is one fault, %s', async (name, code) => {
    const { records, problems } = await read(parseCocoCaptions(whole(name), val(name)))
    expect(records).toEqual([])
    expect(problems.map((problem) => problem.code)).toEqual([code])
  })

  test('a truncated file keeps its complete records', async () => {
    const { records, problems } = await read(parseCocoCaptions(whole('captions_val2014.json'), val('captions_val2014.json')))
    expect(problems.at(-1)?.code === 'truncated' || problems.some((problem) => problem.code === 'truncated')).toBe(true)
    expect(records.length).toBeGreaterThan(0)
  })

  test('UTF-16, a byte order mark with CR LF, and an array instead of lines are read in full', async () => {
    for (const name of ['utf16.jsonl', 'bom-crlf.jsonl', 'array-not-lines.json']) {
      const { records, problems } = await read(parseNlvr2(whole(name), val(name)))
      expect(records).toHaveLength(3)
      expect(records.every((record) => record.accepted)).toBe(true)
      expect(problems.every((problem) => problem.severity === 'notice')).toBe(true)
    }
  })

  test('NaN is a syntax error with its column, after the records before it', async () => {
    const { records, problems } = await read(
      parseKarpathy(text('{"images":[{"filename":"a.jpg","split":"train","sentences":[{"raw":"A dog."}]},{"imgid":NaN}]}')),
    )
    expect(records).toHaveLength(1)
    expect(problems[0]?.code).toBe('json-syntax')
    expect(problems[0]?.reason).toContain('column 89')
  })
})
