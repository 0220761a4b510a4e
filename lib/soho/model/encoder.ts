import * as tf from '@tensorflow/tfjs-core'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { kernels } from '../nn/current-kernels.ts'
import { blocksOf } from './encoder-plan.ts'
import type { Block, EncoderPlan } from './encoder-plan.ts'
import { addBatchNorm, addConvolution, batchNorm, convolution } from './layers.ts'
import type { Pass } from './layers.ts'
import type { Parameters } from './parameters.ts'
import { asksFor, segment } from './segment.ts'

/** torchvision's names, so that its ResNet weights load by name. */
export function addEncoder(p: Parameters, plan: EncoderPlan): void {
  addConvolutionAndNorm(p, 'backbone', 1, plan.stem.side, 3, plan.stem.width)
  for (const block of blocksOf(plan)) addBlock(p, plan, block)
}

function addConvolutionAndNorm(p: Parameters, prefix: string, at: number, side: number, inputs: number, outputs: number): void {
  addConvolution(p, `${prefix}.conv${at}`, 'encoder', side, inputs, outputs)
  addBatchNorm(p, `${prefix}.bn${at}`, 'encoder', outputs)
}

export function addBlock(p: Parameters, plan: Pick<EncoderPlan, 'block'>, { name, inputs, width, outputs, stride }: Block): void {
  const sides = plan.block === 'basic' ? [3, 3] : [1, 3, 1]
  for (const [i, side] of sides.entries()) {
    addConvolutionAndNorm(p, name, i + 1, side, i === 0 ? inputs : width, i === sides.length - 1 ? outputs : width)
  }
  if (stride > 1 || inputs !== outputs) {
    addConvolution(p, `${name}.downsample.0`, 'encoder', 1, inputs, outputs)
    addBatchNorm(p, `${name}.downsample.1`, 'encoder', outputs)
  }
}

/**
 * [B, H, W, 3] normalised pixels -> [B, H / stride, W / stride, C].
 * @param frozenStages 0, or n: the stem and the first n stages use running statistics
 * @param leaf the image needs no gradient
 */
export function encode(pass: Pass, plan: EncoderPlan, image: Tensor4D, frozenStages: number, leaf = true): Tensor4D {
  let x = segment(pass, { layers: stem, x: image, constants: [], leaf }, (pass, image) => {
    const map = convolution(pass, 'backbone.conv1', image, 2, leaf)
    const active = kernels().relu(batchNorm(pass, 'backbone.bn1', map, pass.training && frozenStages === 0))
    // After ReLU nothing is below zero, so zero padding pools as padding by minus infinity would.
    return plan.stem.pool ? tf.maxPool(tf.pad4d(active, [[0, 0], [1, 1], [1, 1], [0, 0]]), 3, 2, 'valid') : active // prettier-ignore
  })
  pass.observe?.('backbone.maxpool', x)
  let isLeaf = leaf && !asksFor(pass, stem)
  for (const block of blocksOf(plan)) {
    const training = pass.training && block.stage >= frozenStages
    x = segment(pass, { layers: [block.name], x, constants: [], leaf: isLeaf }, (pass, x) => residual(pass, plan, block, x, training))
    isLeaf &&= !asksFor(pass, [block.name])
  }
  return x
}

const stem = ['backbone.conv1', 'backbone.bn1']

/** One residual block. @param training use batch statistics */
export function residual(
  pass: Pass,
  { block: kind, halvedBy = 'second' }: Pick<EncoderPlan, 'block' | 'halvedBy'>,
  block: Block,
  x: Tensor4D,
  training: boolean,
): Tensor4D {
  const y = kind === 'basic' ? basic(pass, block, x, training) : bottleneck(pass, block, x, training, halvedBy)
  pass.observe?.(block.name, y)
  return y
}

function shortcut(pass: Pass, { name, inputs, outputs, stride }: Block, x: Tensor4D, training: boolean): Tensor4D {
  if (stride === 1 && inputs === outputs) return x
  return batchNorm(pass, `${name}.downsample.1`, convolution(pass, `${name}.downsample.0`, x, stride), training)
}

function basic(pass: Pass, block: Block, x: Tensor4D, training: boolean): Tensor4D {
  const { name, stride } = block
  const { relu, sum } = kernels()
  const first = relu(batchNorm(pass, `${name}.bn1`, convolution(pass, `${name}.conv1`, x, stride), training))
  const second = batchNorm(pass, `${name}.bn2`, convolution(pass, `${name}.conv2`, first, 1), training)
  return relu(sum(second, shortcut(pass, block, x, training)))
}

function bottleneck(pass: Pass, block: Block, x: Tensor4D, training: boolean, halvedBy: 'second' | 'first'): Tensor4D {
  const { name, stride } = block
  const { relu, sum } = kernels()
  const [stride1, stride2] = halvedBy === 'first' ? [stride, 1] : [1, stride]
  const first = relu(batchNorm(pass, `${name}.bn1`, convolution(pass, `${name}.conv1`, x, stride1), training))
  const second = relu(batchNorm(pass, `${name}.bn2`, convolution(pass, `${name}.conv2`, first, stride2), training))
  const third = batchNorm(pass, `${name}.bn3`, convolution(pass, `${name}.conv3`, second, 1), training)
  return relu(sum(third, shortcut(pass, block, x, training)))
}
