import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Random } from '../data/random.ts'
import { fusedKernels } from './fused-kernels.ts'
import type { Kernels } from './kernels.ts'
import { plainKernels } from './plain-kernels.ts'

function random(purpose: string, shape: number[]): Tensor {
  return tf.tensor(new Random(7, purpose).normals(shape.reduce((a, b) => a * b, 1), 1), shape) // prettier-ignore
}

/** Output and gradients of sum(f(inputs) * probe) under one set of kernels. */
function evaluate(kernels: Kernels, inputs: Tensor[], f: (k: Kernels, inputs: Tensor[]) => Tensor): Float32Array[] {
  const probeOf = (y: Tensor) => random('probe', y.shape)
  const y = tf.tidy(() => f(kernels, inputs))
  const { grads } = tf.engine().gradients(() => tf.sum(tf.mul(f(kernels, inputs), probeOf(y))), inputs)
  return [y, ...grads].map((tensor) => tensor.dataSync() as Float32Array)
}

function expectClose(actual: Float32Array[], wanted: Float32Array[]): void {
  expect(actual.length).toBe(wanted.length)
  for (const [i, values] of wanted.entries()) {
    const scale = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1)
    const worst = values.reduce((a, b, j) => Math.max(a, Math.abs(b - (actual[i]?.[j] ?? NaN))), 0)
    expect(worst / scale).toBeLessThan(1e-5)
  }
}

const state = () => ({ mean: tf.zeros([6]) as tf.Tensor1D, variance: tf.ones([6]) as tf.Tensor1D, update: () => undefined })
const shape = { batch: 3, length: 5, heads: 2 }
const bias = tf.tensor4d([0, 0, 0, 0, 0, 0, 0, 0, 0, -10000, 0, 0, 0, -10000, -10000], [3, 1, 1, 5])
const labels = tf.tensor1d([0, 3, 1, 4], 'int32')

const cases: [string, number[][], (k: Kernels, i: Tensor[]) => Tensor][] = [
  ['linear', [[4, 5], [5, 3], [3]], (k, [x, w, b]) => k.linear(x as never, w as never, b as never)], // prettier-ignore
  ['linear without bias', [[4, 5], [5, 3]], (k, [x, w]) => k.linear(x as never, w as never, null)], // prettier-ignore
  ['inner products', [[4, 5], [3, 5]], (k, [x, rows]) => k.innerProducts(x as never, rows as never)], // prettier-ignore
  ['inner products of a few rows with a large table', [[3, 8], [200, 8]], (k, [x, rows]) => k.innerProducts(x as never, rows as never)], // prettier-ignore
  ['convolution, stride 2, even size', [[2, 8, 6, 3], [3, 3, 3, 6]], (k, [x, w]) => k.conv2d(x as never, w as never, 2, 1, false)], // prettier-ignore
  ['convolution of a small map', [[2, 4, 5, 3], [3, 3, 3, 6]], (k, [x, w]) => k.conv2d(x as never, w as never, 1, 1, false)], // prettier-ignore
  ['convolution of a large map', [[2, 9, 8, 3], [3, 3, 3, 6]], (k, [x, w]) => k.conv2d(x as never, w as never, 1, 1, false)], // prettier-ignore
  ['convolution by a point', [[2, 4, 5, 3], [1, 1, 3, 6]], (k, [x, w]) => k.conv2d(x as never, w as never, 1, 0, false)], // prettier-ignore
  ['convolution by a point, stride 2, odd size', [[2, 5, 6, 3], [1, 1, 3, 6]], (k, [x, w]) => k.conv2d(x as never, w as never, 2, 0, false)], // prettier-ignore
  ['batch norm in training', [[3, 4, 4, 6], [6], [6]], (k, [x, g, b]) => k.batchNorm(x as never, g as never, b as never, state(), true)], // prettier-ignore
  ['batch norm in evaluation', [[3, 4, 4, 6], [6], [6]], (k, [x, g, b]) => k.batchNorm(x as never, g as never, b as never, state(), false)], // prettier-ignore
  ['layer norm', [[7, 16], [16], [16]], (k, [x, g, b]) => k.layerNorm(x as never, g as never, b as never, 1e-12)], // prettier-ignore
  [
    'sum',
    [
      [7, 16],
      [7, 16],
    ],
    (k, [a, b]) => k.sum(a as Tensor, b as Tensor),
  ],
  ['ReLU', [[7, 16]], (k, [x]) => k.relu(x as Tensor)],
  ['GELU', [[7, 16]], (k, [x]) => k.gelu(x as never)],
  ['attention', [[15, 8], [15, 8], [15, 8]], (k, [q, key, v]) => k.attention(q as never, key as never, v as never, bias, shape)], // prettier-ignore
  ['attention of one query a sequence', [[3, 8], [15, 8], [15, 8]], (k, [q, key, v]) => k.attention(q as never, key as never, v as never, bias, shape)], // prettier-ignore
  ['cross entropy', [[4, 5]], (k, [x]) => k.crossEntropy(x as never, labels)],
]

describe('fused kernels give what the plain ones give, gradients included', () => {
  it.each(cases)('%s', (name, shapes, f) => {
    const inputs = shapes.map((s, i) => random(`${name} ${i}`, s))
    expectClose(evaluate(fusedKernels, inputs, f), evaluate(plainKernels, inputs, f))
  })

  it('attention drops shares as dropout by itself does, gradients included', () => {
    const dropped = { rate: 0.3, seed: [5, 6] as const }
    const inputs = ['q', 'k', 'v'].map((name) => random(`dropped ${name}`, [15, 8]))
    const whole = evaluate(fusedKernels, inputs, (k, [q, key, v]) =>
      k.attention(q as never, key as never, v as never, bias, shape, dropped),
    )
    const inSteps = evaluate(fusedKernels, inputs, (k, rows) => {
      const [q, key, v] = rows.map((x) => tf.transpose(tf.reshape(x, [3, 5, 2, 4]), [0, 2, 1, 3])) as [Tensor, Tensor, Tensor]
      const logits = tf.add(tf.mul(tf.matMul(q, key, false, true), 1 / 2), bias)
      const mixed = tf.matMul(k.dropout(tf.softmax(logits), dropped.rate, dropped.seed), v)
      return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [15, 8])
    })
    expectClose(whole, inSteps)
  })

  it.each([plainKernels, fusedKernels])('batch norm of a large map keeps its digits, $name', (k) => {
    const x = tf.tidy(() => tf.add(random('large map', [3, 64, 128, 6]), 3)) as tf.Tensor4D
    const own = [...x.dataSync()].filter((_, i) => i % 6 === 0)
    const mean = own.reduce((a, b) => a + b, 0) / own.length
    const deviation = Math.sqrt(own.reduce((a, b) => a + (b - mean) ** 2, 0) / own.length + 1e-5)
    const normal = tf.tidy(() => k.batchNorm(x, tf.ones([6]), tf.zeros([6]), state(), true)).dataSync()
    const worst = own.reduce((a, b, i) => Math.max(a, Math.abs((b - mean) / deviation - (normal[6 * i] as number))), 0)
    expect(worst).toBeLessThan(1e-5)
  })

  it('batch norm moves its running statistics alike', () => {
    const x = random('running', [3, 4, 4, 6]) as tf.Tensor4D
    const moved = [plainKernels, fusedKernels].map((k) => {
      const found: Float32Array[] = []
      const update = (m: Tensor, v: Tensor) => found.push(m.dataSync() as Float32Array, v.dataSync() as Float32Array)
      tf.tidy(() => k.batchNorm(x, tf.ones([6]), tf.zeros([6]), { ...state(), update }, true))
      return found
    })
    expectClose(moved[1] as Float32Array[], moved[0] as Float32Array[])
  })

  it.each([
    ['adamw', 5],
    ['adamw', 70_000],
    ['sgd', 5],
  ] as const)('%s makes the same updates of %d rows', (rule, rows) => {
    const results = [plainKernels, fusedKernels].map((k) => {
      const variable = k.variable(random('variable', [rows, 4]))
      for (let step = 1; step <= 3; step += 1) {
        const gradient = random(`gradient ${step}`, [rows, 4])
        if (rule === 'adamw')
          variable.adamw(gradient, { step, learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weightDecay: 0.01 })
        else variable.sgd(gradient, { learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4 })
      }
      const found = [variable.read(), ...Object.values(variable.slots())].map((tensor) => tensor.dataSync() as Float32Array)
      variable.dispose()
      return found
    })
    expectClose(results[1] as Float32Array[], results[0] as Float32Array[])
  })

  it.each([plainKernels, fusedKernels])('dropout keeps the mean and repeats for the same seed ($name)', (k) => {
    const x = tf.ones([100, 100])
    const [a, b, c] = ([[1, 2], [1, 2], [1, 3]] as [number, number][]).map((seed) => k.dropout(x, 0.1, seed)) // prettier-ignore
    expect(a?.dataSync()).toEqual(b?.dataSync())
    expect(a?.dataSync()).not.toEqual(c?.dataSync())
    expect(tf.mean(a as Tensor).dataSync()[0]).toBeCloseTo(1, 1)
  })
})
