import { spawn } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { allocatorSettings } from '#workers/allocator'

/**
 * Our training step beside PyTorch's: `npm run bench -- [--size tiny|r18-224] [--pairs 9] [--steps 9] [--python python3] [--json]`.
 * Runs alternate, one thread each, and CPU time is compared within a pair, so that a busy machine disturbs both alike. Where Python has no
 * PyTorch, ours alone is measured. Ours, as a trainer, and the tuned PyTorch run with the allocator's settings of `workers/allocator.ts`. With `--json` every measurement is a line of JSON. `--evaluate` measures evaluation instead: pairs of
 * retrieval and questions of VQA a second, by default of `tiny` and `ablation`, beside PyTorch's forward for the same work.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', multiple: true },
    evaluate: { type: 'boolean', default: false },
    pairs: { type: 'string', default: '9' },
    steps: { type: 'string', default: '9' },
    python: { type: 'string', default: 'python3' },
    json: { type: 'boolean', default: false },
  },
})

interface Evaluated {
  who: 'ours' | 'torch'
  itemsPerSecond: number
  itemsPerCpuSecond: number
  residentMb: number
}

interface Measurement {
  who: 'ours' | 'torch' | 'torch tuned'
  wallMs: number
  cpuMs: number
  imagesPerSecond: number
  residentMb: number
}

const here = import.meta.dirname
const sides: Record<Measurement['who'], (size: string) => [string, string[]]> = {
  ours: (size) => [process.execPath, ['--no-deprecation', path.join(here, 'bench/measure-step.ts'), '--size', size]],
  torch: (size) => [values.python, [path.join(here, 'bench/torch_twin.py'), '--size', size]],
  'torch tuned': (size) => [values.python, [path.join(here, 'bench/torch_twin.py'), '--size', size, '--tuned']],
}

/** Runs one side in a process of its own; its last line is the measurement. */
async function runSide(who: Measurement['who'], task: string, [command, args]: [string, string[]]): Promise<object> {
  const threads = { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
  const child = spawn(command, [...args, '--steps', values.steps, '--threads', '1'], {
    env: { ...process.env, ...threads, ...(who === 'torch' ? {} : allocatorSettings) },
  })
  let [out, error] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`${who} at ${task} ended with ${code}: ${error.trim().split('\n').at(-1) ?? ''}`)
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as object
}

async function measure(who: Measurement['who'], size: string): Promise<Measurement> {
  const found = { who, ...(await runSide(who, size, sides[who](size))) } as Measurement
  say({ kind: 'step', ...found }, `  ${size} ${who}: ${found.cpuMs} ms CPU, ${found.wallMs} ms wall, ${found.residentMb} MB`)
  return found
}

const evaluations = { retrieval: 'pairs', vqa: 'questions' } as const

async function measureEvaluation(who: Evaluated['who'], size: string, evaluate: keyof typeof evaluations): Promise<Evaluated> {
  const [command, script]: [string, string[]] =
    who === 'ours'
      ? [process.execPath, ['--no-deprecation', path.join(here, 'bench/measure-evaluation.ts')]]
      : [values.python, [path.join(here, 'bench/torch_twin.py')]]
  const args = [...script, '--size', size, '--evaluate', evaluate]
  const found = { who, ...(await runSide(who, size, [command, args])) } as Evaluated
  const { itemsPerSecond, itemsPerCpuSecond, residentMb } = found
  say(
    { kind: 'evaluation', ...found },
    `  ${size} ${who}: ${itemsPerSecond} ${evaluations[evaluate]} a second, ${itemsPerCpuSecond} a second of CPU time, ${residentMb} MB`,
  )
  return found
}

/** Pair by pair, in alternating order. */
async function compareEvaluations(size: string, evaluate: keyof typeof evaluations, withTorch: boolean): Promise<void> {
  const ratios: number[] = []
  for (let pair = 0; pair < Number(values.pairs); pair += 1) {
    const sides: Evaluated['who'][] = withTorch ? (pair % 2 === 0 ? ['ours', 'torch'] : ['torch', 'ours']) : ['ours']
    const found = new Map<string, number>()
    for (const who of sides) found.set(who, (await measureEvaluation(who, size, evaluate)).itemsPerCpuSecond)
    if (withTorch) ratios.push((found.get('ours') ?? NaN) / (found.get('torch') ?? NaN))
  }
  if (!withTorch) return
  const result = { speed: round(geometricMean(ratios)), lowest: round(Math.min(...ratios)), highest: round(Math.max(...ratios)) }
  const range = `${result.lowest} to ${result.highest}, ${ratios.length} pairs`
  say(
    { kind: 'comparison', size, evaluate, pairs: ratios.length, ...result },
    `${size}, ${evaluate}: ${result.speed} times as fast as torch (${range})`,
  )
}

function say(record: object, text: string): void {
  console.log(values.json ? JSON.stringify(record) : text)
}

const geometricMean = (list: number[]) => Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length)
const round = (value: number) => Number(value.toFixed(3))

/** How many times as fast as the other side we are, pair by pair. */
function compare(size: string, against: Measurement['who'], ours: Measurement[], others: Measurement[]): void {
  const ratios = others.map(({ cpuMs }, i) => cpuMs / (ours[i]?.cpuMs ?? NaN))
  const memory = round(geometricMean(others.map(({ residentMb }, i) => (ours[i]?.residentMb ?? NaN) / residentMb)))
  const result = { speed: round(geometricMean(ratios)), lowest: round(Math.min(...ratios)), highest: round(Math.max(...ratios)), memory }
  say(
    { kind: 'comparison', size, against, pairs: ratios.length, ...result },
    `${size}: ${result.speed} times as fast as ${against} (${result.lowest} to ${result.highest}, ${ratios.length} pairs), ${memory} times its memory`,
  )
}

async function hasTorch(): Promise<boolean> {
  const child = spawn(values.python, ['-c', 'import torch'], { stdio: 'ignore' })
  return new Promise((resolve) => child.on('error', () => resolve(false)).on('close', (code) => resolve(code === 0)))
}

const withTorch = await hasTorch()
if (!withTorch) console.error(`${values.python} has no PyTorch: only our own step is measured. \`pip install torch numpy\` adds it, --python names another Python.`) // prettier-ignore
for (const size of values.evaluate ? (values.size ?? ['tiny', 'ablation']) : []) {
  for (const evaluate of ['retrieval', 'vqa'] as const) await compareEvaluations(size, evaluate, withTorch)
}
for (const size of values.evaluate ? [] : (values.size ?? ['tiny', 'r18-224'])) {
  const found: Record<Measurement['who'], Measurement[]> = { ours: [], torch: [], 'torch tuned': [] }
  for (let pair = 0; pair < Number(values.pairs); pair += 1) {
    const order: Measurement['who'][] = !withTorch
      ? ['ours']
      : pair % 2 === 0
        ? ['ours', 'torch', 'torch tuned']
        : ['torch tuned', 'torch', 'ours']
    for (const who of order) found[who].push(await measure(who, size))
  }
  if (!withTorch) continue
  compare(size, 'torch', found.ours, found.torch)
  compare(size, 'torch tuned', found.ours, found['torch tuned'])
}
