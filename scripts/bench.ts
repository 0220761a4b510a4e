import { spawn } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Our training step beside PyTorch's: `npm run bench -- [--size tiny|r18-224] [--pairs 9] [--steps 9] [--python python3] [--json]`.
 * Runs alternate, one thread each, and CPU time is compared within a pair, so that a busy machine disturbs both alike. Where Python has no
 * PyTorch, ours alone is measured. With `--json` every measurement is a line of JSON.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', multiple: true, default: ['tiny', 'r18-224'] },
    pairs: { type: 'string', default: '9' },
    steps: { type: 'string', default: '9' },
    python: { type: 'string', default: 'python3' },
    json: { type: 'boolean', default: false },
  },
})

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
async function measure(who: Measurement['who'], size: string): Promise<Measurement> {
  const [command, args] = sides[who](size)
  const threads = { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }
  const child = spawn(command, [...args, '--steps', values.steps, '--threads', '1'], { env: { ...process.env, ...threads } })
  let [out, error] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0) throw new Error(`${who} at ${size} ended with ${code}: ${error.trim().split('\n').at(-1) ?? ''}`)
  const found: Measurement = { who, ...(JSON.parse(out.trim().split('\n').at(-1) ?? '') as Omit<Measurement, 'who'>) }
  say({ kind: 'step', ...found }, `  ${size} ${who}: ${found.cpuMs} ms CPU, ${found.wallMs} ms wall, ${found.residentMb} MB`)
  return found
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
for (const size of values.size) {
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
