import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import type { NamedArray, NamedArrays } from '../contract.ts'
import { decodeSafetensors } from '../train/safetensors.ts'

export function readGolden(...files: string[]): NamedArrays {
  const all: NamedArrays = new Map()
  for (const file of files) {
    const { arrays } = decodeSafetensors(readFileSync(path.join(import.meta.dirname, `${file}.safetensors`)))
    for (const [name, array] of arrays) all.set(name, array)
  }
  return all
}

export function readGoldenJson<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, `${file}.json`), 'utf8')) as T
}

export function get(arrays: NamedArrays, name: string): NamedArray {
  const found = arrays.get(name)
  if (!found) throw new Error(`the golden file has no ${name}`)
  return found
}

/** PyTorch's layout to ours: kernels OIHW -> HWIO, linear [out, in] -> [in, out]; tables and vectors stay. */
export function fromTorch(name: string, { shape, data }: NamedArray): NamedArray {
  const isTable = name.includes('embeddings.weight')
  const order = shape.length === 4 ? [2, 3, 1, 0] : shape.length === 2 && name.endsWith('.weight') && !isTable ? [1, 0] : null
  if (!order) return { shape, data }
  return tf.tidy(() => {
    const turned = tf.transpose(tf.tensor(data, shape), order)
    return { shape: [...turned.shape], data: turned.dataSync() as Float32Array }
  })
}

/** Largest difference relative to max(1, largest expected value): forward values. */
export function expectNear(actual: Tensor | ArrayLike<number>, wanted: NamedArray, tolerance: number, what = ''): void {
  const values = 'dataSync' in actual ? actual.dataSync() : actual
  expect(values.length, what).toBe(wanted.data.length)
  let worst = 0
  let scale = 1
  for (let i = 0; i < values.length; i += 1) {
    worst = Math.max(worst, Math.abs((values[i] as number) - (wanted.data[i] as number)))
    scale = Math.max(scale, Math.abs(wanted.data[i] as number))
  }
  expect(worst / scale, what).toBeLessThan(tolerance)
}
