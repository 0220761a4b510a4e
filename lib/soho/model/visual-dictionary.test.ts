import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { quantise } from './visual-dictionary.ts'

it('the gradient passes straight through the look-up', () => {
  const v = tf.tensor2d([1, 2, 3, 4], [2, 2])
  const rows = tf.tensor2d([0, 0, 3, 3], [2, 2])
  const weights = tf.tensor2d([5, 6, 7, 8], [2, 2])
  const gradient = tf.grad((x) => tf.sum(tf.mul(quantise(x as tf.Tensor2D, rows, tf.tensor1d([0, 1], 'int32')), weights)))(v)
  expect([...gradient.dataSync()]).toEqual([5, 6, 7, 8])
})
