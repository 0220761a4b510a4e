import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { parseKarpathy } from '#lib/formats/karpathy'
import { parseNlvr2 } from '#lib/formats/nlvr2'
import { joinAnswers, readWhole } from '#lib/formats/read-whole'
import type { ParsedExample, ParsedItem, ParsedRecord, Split } from '#lib/formats/record'
import { parseSnliVe } from '#lib/formats/snli-ve'
import { parseAnnotations, parseQuestions } from '#lib/formats/vqa'
import { Configuration, stageKinds } from '#lib/soho/config'
import { presets } from '#lib/soho/presets'
import type { StageKind } from '#lib/soho/config'
import type { EntailmentLabel, NamedArrays, StageData } from '#lib/soho/contract'
import { buildVocabulary } from '#lib/soho/data/vocabulary'
import { runStage } from '#lib/soho/run-stage'
import { tokenStridePx } from '#lib/soho/model/soho'
import { decodeSafetensors, encodeSafetensors } from '#lib/soho/train/safetensors'
import { installBackend } from '#workers/backend'
import { createImageSource } from '#workers/image-source'

/**
 * Runs the stages of one cell on a folder of `examples/shapes` without a database, prints scores as JSON lines:
 * `node scripts/run-cell.ts --data FOLDER --size 64 --seed 1 [--stages pretrain,vqa] [--set pretrain.epochs=4]`;
 * `--save FILE` keeps the pre-trained weights, `--from FILE` starts the tasks from kept ones.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    size: { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' },
    stages: { type: 'string', default: stageKinds.join() },
    set: { type: 'string', multiple: true, default: [] },
    save: { type: 'string' },
    from: { type: 'string' },
  },
})
if (!values.data) throw new Error('Say where the data are: --data FOLDER')
const folder = values.data

function withFields(base: Configuration, fields: readonly string[]): Configuration {
  const copy = structuredClone(base) as unknown as Record<string, unknown>
  for (const field of fields) {
    const [name = '', value = ''] = field.split('=')
    const keys = name.split('.')
    const last = keys.pop() ?? ''
    let at = copy
    for (const key of keys) at = at[key] as Record<string, unknown>
    at[last] = JSON.parse(value) as unknown
  }
  return Configuration.parse(copy)
}

type Row = ParsedExample & { image: number; images: number[] }
const files: string[] = []
const places = new Map<string, number>()

async function read(items: AsyncGenerator<ParsedItem[]>, imageFolder: string): Promise<Row[]> {
  return rowsOf(await recordsOf(items), imageFolder)
}

async function recordsOf(items: AsyncGenerator<ParsedItem[]>): Promise<ParsedRecord[]> {
  const { records, problems } = await readWhole(items)
  const refused = problems.find(({ severity }) => severity === 'refused')
  if (refused) throw new Error(refused.reason)
  return records
}

function rowsOf(records: ParsedRecord[], imageFolder: string): Row[] {
  const rows: Row[] = []
  for (const { examples, images } of records) {
    for (const { key, candidates } of images) {
      const name = candidates.find((candidate) => candidate.endsWith('.png') && !candidate.includes('COCO')) ?? key
      const file = path.join(imageFolder, name)
      if (!places.has(`${imageFolder} ${key}`)) places.set(`${imageFolder} ${key}`, files.push(file) - 1)
    }
    for (const example of examples) {
      const indexes = example.imageKeys.map((key) => places.get(`${imageFolder} ${key}`) as number)
      rows.push({ ...example, image: indexes[0] ?? 0, images: indexes })
    }
  }
  return rows
}

function splitsOf<E>(rows: readonly Row[], convert: (row: Row) => E) {
  const of = (split: Split) => rows.filter((row) => row.split === split).map(convert)
  return { train: of('train'), val: of('val'), test: of('test') }
}

async function readData(kind: StageKind): Promise<StageData> {
  const open = (...parts: string[]) => createReadStream(path.join(folder, ...parts))
  const images = path.join(folder, 'images')
  const base = (row: Row) => ({ exampleId: row.externalId, text: row.text, image: row.image })
  const each = async (parse: (split: Split) => Promise<Row[]>) => (await Promise.all((['train', 'val', 'test'] as const).map(parse))).flat()
  if (kind === 'pretrain' || kind === 'retrieval') {
    return {
      kind,
      examples: splitsOf(
        await read(
          parseKarpathy(() => open('captions', 'dataset_shapes.json')),
          images,
        ),
        base,
      ),
    }
  }
  if (kind === 'vqa') {
    const rows = await each(async (split) => {
      const questions = () => open('vqa', `v2_OpenEnded_shapes_${split}_questions.json`)
      const annotations = () => open('vqa', `v2_shapes_${split}_annotations.json`)
      const asked = await recordsOf(parseQuestions(questions, { fileName: 'questions.json', split }))
      return rowsOf(joinAnswers(asked, await recordsOf(parseAnnotations(annotations))), images)
    })
    return { kind, examples: splitsOf(rows, (row) => ({ ...base(row), answers: row.answers, answerType: row.answerType })) }
  }
  if (kind === 'nlvr2') {
    const names = { train: 'train', val: 'dev', test: 'test1', restval: '' }
    const rows = await each((split) =>
      read(parseNlvr2(open('nlvr2', `${names[split]}.json`), { fileName: `${names[split]}.json`, split }), path.join(folder, 'nlvr2')),
    )
    const convert = (row: Row) => ({ ...base(row), images: row.images, label: row.label === 'true', group: row.groupKey ?? row.externalId })
    return { kind, examples: splitsOf(rows, convert) }
  }
  const names = { train: 'train', val: 'dev', test: 'test', restval: '' }
  const rows = await each((split) =>
    read(parseSnliVe(open('snli-ve', `snli_ve_${names[split]}.jsonl`), { fileName: `snli_ve_${names[split]}.jsonl`, split }), images),
  )
  return { kind, examples: splitsOf(rows, (row) => ({ ...base(row), label: row.label as EntailmentLabel })) }
}

const device = await installBackend()
const configuration = withFields(presets.tiny, [`dictionary.size=${values.size}`, ...values.set])
const captions = await readData('pretrain')
const vocabulary = buildVocabulary(captions.examples.train.map(({ text }) => text), configuration.text.vocabularySize) // prettier-ignore
let weights: NamedArrays | null = values.from ? decodeSafetensors(readFileSync(values.from)).arrays : null
console.log(JSON.stringify({ device, vocabulary: vocabulary.length, size: values.size, seed: values.seed, set: values.set }))
for (const kind of values.stages.split(',') as StageKind[]) {
  const data = await readData(kind)
  const started = Date.now()
  const cpu = process.cpuUsage()
  let steps = 0
  const last: Record<string, number> = {}
  const result = await runStage(
    {
      kind,
      configuration,
      seed: Number(values.seed),
      vocabulary,
      images: createImageSource(files.map((file) => ({ file })), configuration.image, tokenStridePx(configuration)), // prettier-ignore
      data,
      initial: kind === 'pretrain' ? null : weights,
      resume: null,
    },
    {
      signal: new AbortController().signal,
      points: (step, points) => {
        steps = step + 1
        for (const [name, value] of Object.entries(points)) last[name] = 0.95 * (last[name] ?? value) + 0.05 * value
        if (steps % 200 === 0)
          process.stderr.write(`${kind} ${steps} ${((Date.now() - started) / 1000).toFixed(0)} s ${JSON.stringify(last)}\n`)
        return Promise.resolve()
      },
      progress: () => Promise.resolve(),
      checkpoint: () => Promise.resolve(),
      shouldCheckpoint: () => false,
      log: (level, message) => process.stderr.write(`${level} ${message}\n`),
    },
  )
  if (kind === 'pretrain') {
    weights = result.weights
    if (values.save) writeFileSync(values.save, encodeSafetensors(weights))
  }
  const { user, system } = process.cpuUsage(cpu)
  const seconds = { wall: (Date.now() - started) / 1000, cpu: (user + system) / 1e6 }
  for (const { split, scores } of result.evaluations) console.log(JSON.stringify({ kind, split, steps, seconds, scores }))
}
