import type { Tensor4D } from '@tensorflow/tfjs-core'
import { addBlock, addEncoder, encode, residual } from '../model/encoder.ts'
import { isFrozenStart } from '../model/encoder-plan.ts'
import type { Block, EncoderPlan } from '../model/encoder-plan.ts'
import type { Pass } from '../model/layers.ts'
import { Parameters, toArray } from '../model/parameters.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { fromReference, imagesFromReference, imagesToReference } from './reference-layout.ts'
import { loadGiven, runPart } from './run-part.ts'

/** A residual network of basic blocks; the runs differ in image, in training or evaluation, and in what is frozen. */
export function checkResnetBasic(golden: Golden, found: Comparisons): void {
  const plan = planOf(golden)
  const last = `layer${plan.widths.length}`
  for (const run of golden.runs('input/')) {
    const frozenStages = Number(/^frozen_stage(\d+)/.exec(run)?.[1] ?? 0)
    checkRun(golden, found, {
      run,
      outcome: last,
      rename: (name) => `backbone.${name}`,
      observedAs: (output) => outputName(plan, output),
      add: (p) => addEncoder(p, plan),
      isTrained: (name) => !isFrozenStart(name, frozenStages),
      forward: (pass, x) => encode(pass, plan, x, frozenStages, false),
    })
  }
}

/** Bottleneck blocks alone, the first one halving the map. */
export function checkResnetBottleneck(golden: Golden, found: Comparisons): void {
  const { hyper, name, what } = golden.entry
  const style = hyper['style'] ?? /caffe|pytorch/.exec(name)?.[0] ?? /Style "(\w+)"/.exec(what)?.[1]
  const halvedBy = style === 'caffe' ? 'first' : 'second'
  const blocks = bottlenecksOf(golden)
  const kind = { block: 'bottleneck', halvedBy } as const
  for (const run of golden.runs('input/')) {
    checkRun(golden, found, {
      run,
      outcome: 'y',
      rename: (name) => name,
      observedAs: () => 'output',
      add: (p) => blocks.forEach((block) => addBlock(p, kind, block)),
      isTrained: () => true,
      forward: (pass, x) => blocks.reduce((y, block) => residual(pass, kind, block, y, pass.training), x),
    })
  }
}

interface Run {
  run: string
  /** The output that has the probe. */
  outcome: string
  rename: (name: string) => string
  observedAs: (output: string) => string
  add: (parameters: Parameters) => void
  isTrained: (name: string) => boolean
  forward: (pass: Pass, x: Tensor4D) => Tensor4D
}

function checkRun(golden: Golden, found: Comparisons, { run, outcome, rename, observedAs, add, isTrained, forward }: Run): void {
  const parameters = new Parameters(1)
  add(parameters)
  loadGiven(parameters, golden, rename)
  const { observed, gradients } = runPart({
    parameters,
    training: !run.startsWith('eval'),
    inputs: { x: imagesFromReference(golden.get(`input/${run}/x`)) },
    probe: imagesFromReference(golden.get(`probe/${run}/${outcome}`)),
    forward: (pass, { x }) => forward(pass, x as Tensor4D),
  })
  const [forwardTolerance, gradientTolerance] = [golden.tolerance('forward', 1e-5), golden.tolerance('grad', 1e-4)]
  for (const output of golden.under(`output/${run}/`)) {
    const actual = observed.get(observedAs(output))
    if (!actual) throw new Error(`the model shows no ${output}`)
    found.near(`${run} ${output}`, imagesToReference(actual).data, golden.get(`output/${run}/${output}`).data, forwardTolerance)
  }
  for (const name of golden.under(`buffer_after/${run}/`)) {
    const after = toArray(parameters.buffer(rename(name)), false)
    found.near(`${run} ${name} after`, after.data, golden.get(`buffer_after/${run}/${name}`).data, forwardTolerance)
  }
  const expected = golden.under(`grad/${run}/param/`)
  const trained = parameters.all().map(({ name }) => name).filter(isTrained) // prettier-ignore
  found.exact(`${run} trained parameters`, trained.toSorted(), expected.map(rename).toSorted())
  for (const name of expected) {
    const wanted = fromReference(name, golden.get(`grad/${run}/param/${name}`))
    found.gradient(`${run} gradient of ${name}`, gradients.get(rename(name)), wanted, gradientTolerance)
  }
  const image = `grad/input/${run}/x`
  if (golden.has(image))
    found.gradient(`${run} gradient of x`, gradients.get('x'), imagesFromReference(golden.get(image)), gradientTolerance)
  parameters.dispose()
}

function outputName(plan: EncoderPlan, output: string): string {
  const stage = /^layer(\d+)$/.exec(output)?.[1]
  return stage === undefined ? `backbone.${output}` : `backbone.layer${stage}.${(plan.blocks[Number(stage) - 1] ?? 0) - 1}`
}

function planOf(golden: Golden): EncoderPlan {
  const [stemWidth, , side] = golden.get('param/conv1.weight').shape as [number, number, 3 | 7]
  const stages = [...new Set(golden.under('param/layer').map((key) => Number(key.split('.')[0])))].sort((a, b) => a - b)
  const blocks = stages.map((stage) => new Set(golden.under(`param/layer${stage}.`).map((key) => key.split('.')[0])).size)
  const widths = stages.map((stage) => golden.get(`param/layer${stage}.0.conv1.weight`).shape[0] as number)
  const pool = golden.runs('input/').some((run) => golden.has(`output/${run}/maxpool`))
  return { stem: { side, width: stemWidth, pool }, block: 'basic', blocks, widths }
}

function bottlenecksOf(golden: Golden): Block[] {
  const places = [...new Set(golden.under('param/block.').map((key) => Number(key.split('.')[0])))].sort((a, b) => a - b)
  return places.map((place, i) => {
    const name = `block.${place}`
    const [width, inputs] = golden.get(`param/${name}.conv1.weight`).shape as [number, number]
    const outputs = golden.get(`param/${name}.conv3.weight`).shape[0] as number
    return { name, stage: 0, inputs, width, outputs, stride: i === 0 ? golden.size('first_block_stride') : 1 }
  })
}
