import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { NamedArrays } from '../contract.ts'
import { Random } from '../data/random.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { Variable } from '../nn/kernels.ts'

/** Which optimiser moves a parameter: the convolutional network's or everything else's. */
export type ParameterGroup = 'encoder' | 'rest'
export type Start = { kind: 'normal'; deviation: number } | { kind: 'linear' } | { kind: 'constant'; value: number }

export interface Parameter {
  name: string
  group: ParameterGroup
  variable: Variable
}

/** Gives a parameter's or a buffer's present value by name. */
export type Read = (name: string) => Tensor

/** A model's trainable arrays (moved by an optimiser) and buffers (moved by the forward pass), by name. */
export class Parameters {
  private readonly trained = new Map<string, Parameter>()
  private readonly buffers = new Map<string, Tensor>()
  private readonly seed: number
  private readonly linearDeviation: number

  /** @param width hidden size of the Transformer */
  constructor(seed: number, width = bertWidth) {
    this.seed = seed
    this.linearDeviation = bertDeviation * Math.sqrt(bertWidth / width)
  }

  add(name: string, group: ParameterGroup, shape: number[], start: Start): void {
    if (this.trained.has(name)) throw new Error(`parameter ${name} is declared twice`)
    const value = tf.tidy(() => this.draw(name, shape, start))
    const variable = kernels().variable(value)
    value.dispose()
    this.trained.set(name, { name, group, variable })
  }

  addBuffer(name: string, shape: number[], start: Start): void {
    this.buffers.set(name, tf.keep(tf.tidy(() => this.draw(name, shape, start))))
  }

  all(): Parameter[] {
    return [...this.trained.values()]
  }

  has(name: string): boolean {
    return this.trained.has(name)
  }

  buffer(name: string): Tensor {
    const found = this.buffers.get(name)
    if (!found) throw new Error(`no buffer ${name}`)
    return found
  }

  setBuffer(name: string, value: Tensor): void {
    const old = this.buffer(name)
    this.buffers.set(name, tf.keep(value.clone()))
    old.dispose()
  }

  /** Every parameter and buffer, copied to the host. */
  arrays(): NamedArrays {
    const arrays: NamedArrays = new Map()
    for (const { name, variable } of this.trained.values()) arrays.set(name, toArray(variable.read(), true))
    for (const [name, tensor] of this.buffers) arrays.set(name, toArray(tensor, false))
    return arrays
  }

  /** Takes over what fits by name and shape; returns the names that the arrays lack or that have another shape. */
  load(arrays: NamedArrays): { missing: string[] } {
    const missing: string[] = []
    for (const [name, shape] of [...this.shapes()]) {
      const found = arrays.get(name)
      if (found?.shape.join() !== shape.join()) {
        missing.push(name)
        continue
      }
      tf.tidy(() => {
        const value = tf.tensor(found.data, found.shape)
        const parameter = this.trained.get(name)
        if (parameter) parameter.variable.assign(value)
        else this.setBuffer(name, value)
      })
    }
    return { missing }
  }

  /** Of every parameter and buffer, by name. */
  shapes(): Map<string, number[]> {
    const shapes = new Map<string, number[]>()
    for (const { name, variable } of this.trained.values()) shapes.set(name, variable.shape)
    for (const [name, tensor] of this.buffers) shapes.set(name, tensor.shape)
    return shapes
  }

  dispose(): void {
    for (const { variable } of this.trained.values()) variable.dispose()
    for (const tensor of this.buffers.values()) tensor.dispose()
  }

  private draw(name: string, shape: number[], start: Start): Tensor {
    if (start.kind === 'constant') return tf.fill(shape, start.value)
    const size = shape.reduce((a, b) => a * b, 1)
    const deviation = start.kind === 'linear' ? this.linearDeviation : start.deviation
    return tf.tensor(new Random(this.seed, `start ${name}`).normals(size, deviation), shape)
  }
}

export function toArray(tensor: Tensor, dispose: boolean): { shape: number[]; data: Float32Array } {
  const array = { shape: [...tensor.shape], data: tensor.dataSync() as Float32Array }
  if (dispose) tensor.dispose()
  return array
}

export const zero: Start = { kind: 'constant', value: 0 }
export const one: Start = { kind: 'constant', value: 1 }
const bertWidth = 768
const bertDeviation = 0.02
/** BERT's: normal with deviation 0.02. */
export const small: Start = { kind: 'normal', deviation: bertDeviation }
/** BERT's at its width of 768; a narrower layer starts wider, so that its outputs have the same size (else attention starts blind). */
export const linearStart: Start = { kind: 'linear' }
/** Kaiming's for a layer followed by ReLU: deviation sqrt(2 / fan). */
export const kaiming = (fan: number): Start => ({ kind: 'normal', deviation: Math.sqrt(2 / fan) })
