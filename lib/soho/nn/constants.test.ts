import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { constant, countConstants, integerPairs, integers } from './constants.ts'

it('keeps what is asked for again, and no more than a bounded number', () => {
  const before = tf.memory().numTensors - countConstants()
  const often = constant(0.25)
  for (let i = 0; i < 5000; i += 1) {
    integers([i, 3])
    expect(constant(0.25)).toBe(often)
  }
  expect(often.isDisposed).toBe(false)
  expect(countConstants()).toBeLessThan(5000)
  expect(tf.memory().numTensors - countConstants()).toBe(before)
  expect(integers([4999, 3]).dataSync()).toEqual(Int32Array.of(4999, 3))
  expect(integerPairs([1, 2, 3, 4]).shape).toEqual([2, 2])
})
