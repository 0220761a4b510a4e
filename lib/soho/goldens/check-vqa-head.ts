import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import type { NamedArray } from '../contract.ts'
import { Parameters } from '../model/parameters.ts'
import { addVqaHead, vqaLogits, vqaLoss, vqaTrainingCredit } from '../tasks/vqa.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { fromReference } from './reference-layout.ts'
import { loadGiven, runPart, toTensor } from './run-part.ts'

const rename = (name: string) => name.replace('fc1.', 'heads.vqa.dense.').replace('fc2.', 'heads.vqa.out.')

/** The head on given [CLS] states, its loss and its training score. */
export function checkVqaHead(golden: Golden, found: Comparisons): void {
  const [forward, gradient] = [golden.tolerance('forward', 1e-5), golden.tolerance('grad', 1e-4)]
  const parameters = new Parameters(1)
  const hidden = golden.get('param/fc1.weight').shape[0] as number
  addVqaHead(parameters, golden.size('hidden'), hidden, golden.size('answers'))
  loadGiven(parameters, golden, rename)
  const targets = toTensor(golden.get('input/targets')) as Tensor2D
  const { observed, gradients } = runPart({
    parameters,
    training: true,
    inputs: { cls: golden.get('input/cls') },
    probe: golden.get('probe/loss'),
    forward: (pass, { cls }) => {
      const logits = vqaLogits(pass, cls as Tensor2D)
      pass.observe?.('score', vqaTrainingCredit(logits, targets))
      return tf.reshape(vqaLoss(logits, targets), [1]) as unknown as Scalar
    },
  })
  const shown = { logits: 'heads.vqa.out', loss: 'output', score: 'score' }
  for (const [output, name] of Object.entries(shown)) {
    found.near(output, (observed.get(name) as NamedArray).data, golden.get(`output/${output}`).data, forward)
  }
  for (const name of golden.under('grad/param/')) {
    found.gradient(`gradient of ${name}`, gradients.get(rename(name)), fromReference(name, golden.get(`grad/param/${name}`)), gradient)
  }
  found.gradient('gradient of cls', gradients.get('cls'), golden.get('grad/input/cls'), gradient)
  parameters.dispose()
}
