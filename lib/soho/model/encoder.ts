import * as tf from '@tensorflow/tfjs-core'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { kernels } from '../nn/current-kernels.ts'
import { addBatchNorm, addConvolution, batchNorm, convolution } from './layers.ts'
import type { Pass } from './layers.ts'
import type { Parameters } from './parameters.ts'

/** A residual network's plan. `tokenStride`: pixels a feature-map cell covers, before the neck's pool. */
export interface EncoderPlan {
  stem: { side: 3 | 7; width: number; pool: boolean }
  block: 'basic' | 'bottleneck'
  blocks: number[]
  widths: number[]
}

export const encoderPlans: Record<'small' | 'resnet18' | 'resnet101', EncoderPlan> = {
  small: { stem: { side: 3, width: 32, pool: false }, block: 'basic', blocks: [1, 1, 1], widths: [32, 64, 128] },
  resnet18: { stem: { side: 7, width: 64, pool: true }, block: 'basic', blocks: [2, 2, 2, 2], widths: [64, 128, 256, 512] },
  resnet101: { stem: { side: 7, width: 64, pool: true }, block: 'bottleneck', blocks: [3, 4, 23, 3], widths: [64, 128, 256, 512] },
}

const expansion = { basic: 1, bottleneck: 4 } as const

interface Block {
  name: string
  stage: number
  inputs: number
  width: number
  outputs: number
  stride: number
}

function blocksOf(plan: EncoderPlan): Block[] {
  const blocks: Block[] = []
  let inputs = plan.stem.width
  for (const [stage, width] of plan.widths.entries()) {
    for (let j = 0; j < (plan.blocks[stage] ?? 0); j += 1) {
      const outputs = width * expansion[plan.block]
      blocks.push({ name: `backbone.layer${stage + 1}.${j}`, stage, inputs, width, outputs, stride: j === 0 && stage > 0 ? 2 : 1 })
      inputs = outputs
    }
  }
  return blocks
}

export function encoderWidth(plan: EncoderPlan): number {
  return (plan.widths.at(-1) ?? 0) * expansion[plan.block]
}

/** Pixels of the image for each cell of the encoder's map. */
export function encoderStride(plan: EncoderPlan): number {
  return 2 * (plan.stem.pool ? 2 : 1) * 2 ** (plan.widths.length - 1)
}

/** torchvision's names, so that its ResNet weights load by name. */
export function addEncoder(p: Parameters, plan: EncoderPlan): void {
  const convolutionAndNorm = (prefix: string, at: number, side: number, inputs: number, outputs: number) => {
    addConvolution(p, `${prefix}.conv${at}`, 'encoder', side, inputs, outputs)
    addBatchNorm(p, `${prefix}.bn${at}`, 'encoder', outputs)
  }
  convolutionAndNorm('backbone', 1, plan.stem.side, 3, plan.stem.width)
  for (const { name, inputs, width, outputs, stride } of blocksOf(plan)) {
    if (plan.block === 'basic') {
      convolutionAndNorm(name, 1, 3, inputs, width)
      convolutionAndNorm(name, 2, 3, width, width)
    } else {
      convolutionAndNorm(name, 1, 1, inputs, width)
      convolutionAndNorm(name, 2, 3, width, width)
      convolutionAndNorm(name, 3, 1, width, outputs)
    }
    if (stride > 1 || inputs !== outputs) {
      addConvolution(p, `${name}.downsample.0`, 'encoder', 1, inputs, outputs)
      addBatchNorm(p, `${name}.downsample.1`, 'encoder', outputs)
    }
  }
}

/** [B, H, W, 3] normalised pixels -> [B, H / stride, W / stride, C]. `frozenStem`: stem and stage 1 use running statistics. */
export function encode(pass: Pass, plan: EncoderPlan, image: Tensor4D, frozenStem: boolean): Tensor4D {
  const stemTraining = pass.training && !frozenStem
  let x = convolution(pass, 'backbone.conv1', image, 2, true)
  x = kernels().relu(batchNorm(pass, 'backbone.bn1', x, stemTraining))
  // After ReLU nothing is below zero, so zero padding pools as padding by minus infinity would.
  if (plan.stem.pool) x = tf.maxPool(tf.pad4d(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), 3, 2, 'valid') // prettier-ignore
  for (const block of blocksOf(plan)) {
    const training = pass.training && !(frozenStem && block.stage === 0)
    x = plan.block === 'basic' ? basic(pass, block, x, training) : bottleneck(pass, block, x, training)
  }
  return x
}

function shortcut(pass: Pass, { name, inputs, outputs, stride }: Block, x: Tensor4D, training: boolean): Tensor4D {
  if (stride === 1 && inputs === outputs) return x
  return batchNorm(pass, `${name}.downsample.1`, convolution(pass, `${name}.downsample.0`, x, stride), training)
}

function basic(pass: Pass, block: Block, x: Tensor4D, training: boolean): Tensor4D {
  const { name, stride } = block
  const { relu } = kernels()
  const first = relu(batchNorm(pass, `${name}.bn1`, convolution(pass, `${name}.conv1`, x, stride), training))
  const second = batchNorm(pass, `${name}.bn2`, convolution(pass, `${name}.conv2`, first, 1), training)
  return relu(tf.add(second, shortcut(pass, block, x, training)) as Tensor4D)
}

/** Stride 2 on the 3x3 convolution (torchvision v1.5). */
function bottleneck(pass: Pass, block: Block, x: Tensor4D, training: boolean): Tensor4D {
  const { name, stride } = block
  const { relu } = kernels()
  const first = relu(batchNorm(pass, `${name}.bn1`, convolution(pass, `${name}.conv1`, x, 1), training))
  const second = relu(batchNorm(pass, `${name}.bn2`, convolution(pass, `${name}.conv2`, first, stride), training))
  const third = batchNorm(pass, `${name}.bn3`, convolution(pass, `${name}.conv3`, second, 1), training)
  return relu(tf.add(third, shortcut(pass, block, x, training)) as Tensor4D)
}
