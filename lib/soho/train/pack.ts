import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { Parameter } from '../model/parameters.ts'
import { kernels } from '../nn/current-kernels.ts'
import type { Variable } from '../nn/kernels.ts'

/**
 * Parameters of one dimension, side by side in one variable. Most parameters are scales and offsets of a few hundred numbers: to read and move
 * each by itself costs far more in calls than in arithmetic. The parameters' own variables become views of it.
 */
export class Pack {
  readonly parameters: readonly Parameter[]
  private readonly lengths: number[]
  private readonly whole: Variable
  /** Copies of the present values, so that an update finds the whole unshared and moves it in place. */
  private parts: Tensor[]
  private views: number

  constructor(parameters: readonly Parameter[]) {
    const before = parameters.map(({ variable }) => variable)
    this.parameters = parameters
    this.lengths = before.map(({ shape }) => shape[0] as number)
    const joined = tf.tidy(() => tf.concat1d(before.map((variable) => variable.read() as Tensor1D)))
    this.whole = kernels().variable(joined)
    joined.dispose()
    this.parts = this.cut()
    tf.tidy(() => this.takeSlots(before.map((variable) => variable.slots())))
    for (const [i, parameter] of parameters.entries()) parameter.variable = new View(this, i, this.lengths[i] as number)
    this.views = parameters.length
    for (const variable of before) variable.dispose()
  }

  /** The gradient of the whole, from those of the parameters in their order. The caller disposes it. */
  join(gradients: readonly Tensor[]): Tensor {
    return tf.concat1d(gradients as Tensor1D[])
  }

  /** @param move moves the whole */
  move(move: (whole: Variable) => void): void {
    move(this.whole)
    this.renew()
  }

  /** The parameters get variables of their own again. */
  undo(): void {
    for (const parameter of this.parameters) {
      const { variable } = parameter
      tf.tidy(() => {
        parameter.variable = kernels().variable(variable.read())
        for (const [name, slot] of Object.entries(variable.slots())) parameter.variable.assignSlot(name, slot)
      })
      variable.dispose()
    }
  }

  read(i: number): Tensor {
    return (this.parts[i] as Tensor).clone()
  }

  assign(i: number, value: Tensor): void {
    tf.tidy(() => this.whole.assign(this.replaced(this.whole.read(), i, value)))
    this.renew()
  }

  slots(i: number): Record<string, Tensor> {
    return tf.tidy(() =>
      Object.fromEntries(Object.entries(this.whole.slots()).map(([name, slot]) => [name, this.split(slot)[i] as Tensor])),
    )
  }

  assignSlot(name: string, i: number, value: Tensor): void {
    tf.tidy(() => {
      const slot = this.whole.slots()[name] ?? tf.zeros(this.whole.shape)
      this.whole.assignSlot(name, this.replaced(slot, i, value))
    })
  }

  /** Called once by each view. */
  release(): void {
    this.views -= 1
    if (this.views > 0) return
    for (const part of this.parts) part.dispose()
    this.whole.dispose()
  }

  private takeSlots(slots: readonly Record<string, Tensor>[]): void {
    for (const name of new Set(slots.flatMap((own) => Object.keys(own)))) {
      const parts = slots.map((own, i) => (own[name] ?? tf.zeros([this.lengths[i] as number])) as Tensor1D)
      this.whole.assignSlot(name, tf.concat1d(parts))
    }
  }

  private cut(): Tensor[] {
    return tf.tidy(() => this.split(this.whole.read())).map((part) => tf.keep(part))
  }

  private renew(): void {
    for (const part of this.parts) part.dispose()
    this.parts = this.cut()
  }

  private split(whole: Tensor): Tensor[] {
    return tf.split(whole, this.lengths)
  }

  private replaced(whole: Tensor, i: number, value: Tensor): Tensor {
    return tf.concat1d(this.split(whole).map((part, at) => (at === i ? value : part) as Tensor1D))
  }
}

/** One parameter of a pack. */
class View implements Variable {
  readonly shape: number[]
  private readonly pack: Pack
  private readonly at: number

  constructor(pack: Pack, at: number, length: number) {
    this.pack = pack
    this.at = at
    this.shape = [length]
  }

  read(): Tensor {
    return this.pack.read(this.at)
  }

  assign(value: Tensor): void {
    this.pack.assign(this.at, value)
  }

  adamw(): never {
    throw new Error('a packed parameter is moved with its pack')
  }

  sgd(): never {
    return this.adamw()
  }

  slots(): Record<string, Tensor> {
    return this.pack.slots(this.at)
  }

  assignSlot(name: string, value: Tensor): void {
    this.pack.assignSlot(name, this.at, value)
  }

  dispose(): void {
    this.pack.release()
  }
}
