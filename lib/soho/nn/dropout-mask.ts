import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { DropoutSeed } from './kernels.ts'
import { attribute, single } from './native-backend.ts'
import { mul } from './native-ops.ts'

/** Zero for a share of the places, 1 / (1 - rate) for the rest; drawn from a counter, so a function of the seed alone. */
export function dropoutMask(shape: number[], rate: number, seed: DropoutSeed): Tensor {
  const attributes = [attribute.type('dtype'), attribute.type('T', 'int32'), attribute.type('Tseed', 'int32')]
  const words = tf.tensor1d([seed[0] | 0, seed[1] | 0], 'int32')
  const uniform = single('StatelessRandomUniform', attributes, [tf.tensor1d(shape, 'int32'), words])
  return mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate))
}
