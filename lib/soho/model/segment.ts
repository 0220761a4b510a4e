import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { differentiable } from '../nn/differentiable.ts'
import type { Pass } from './layers.ts'

/** A part of the forward pass, told apart so that it can be computed a second time. */
export interface Segment<X extends Tensor, C extends Tensor[]> {
  /** The layers that it consists of: a gradient reaches the parameters `layer.…` alone. */
  layers: readonly string[]
  x: X
  /** What it needs beside `x` and its parameters, and what no gradient is asked for. */
  constants: [...C]
  /** Nothing before it asks for a gradient. */
  leaf?: boolean
}

type Run<X extends Tensor, C extends Tensor[], Y extends Tensor> = (pass: Pass, x: X, ...constants: C) => Y

/**
 * Runs a segment and frees what no gradient needs. With checkpoints (Chen et al. 2016) it keeps its inputs alone: the backward pass computes
 * the segment again, to the same bits, just before it passes through. A segment that no gradient is asked of keeps nothing.
 */
export function segment<X extends Tensor, C extends Tensor[], Y extends Tensor>(pass: Pass, part: Segment<X, C>, run: Run<X, C, Y>): Y {
  const { x, constants, leaf = false } = part
  const plainly = () => run(pass, x, ...constants)
  // Who looks inside wants to see every layer once.
  if (!pass.asked || pass.observe) return tf.tidy(plainly)
  const names = askedOf(pass, part.layers)
  if (leaf && names.length === 0) return differentiable([], () => ({ value: plainly(), saved: [], backward: () => [] }))
  if (!pass.checkpoints) return tf.tidy(plainly)
  const weights = names.map(pass.read)
  const before = pass.dropoutUses
  return differentiable(leaf ? weights : [x, ...weights], () => {
    const backward = (dy: Tensor, saved: Tensor[]) => {
      const [x, ...constants] = saved as [X, ...C]
      const again = secondPass(pass, new Set(names), before)
      return gradientsWithin(() => run(again, x, ...constants), leaf ? weights : [x, ...weights], dy)
    }
    return { value: plainly(), saved: [x, ...constants], backward }
  })
}

/** Whether a gradient is asked of any parameter of these layers. */
export function asksFor(pass: Pass, layers: readonly string[]): boolean {
  return !pass.asked || askedOf(pass, layers).length > 0
}

function askedOf({ asked = new Set() }: Pass, layers: readonly string[]): string[] {
  return [...asked].filter((name) => layers.some((layer) => name.startsWith(`${layer}.`)))
}

/** The same weights and dropout masks; running statistics have moved already. */
function secondPass(pass: Pass, own: ReadonlySet<string>, dropoutUses: number): Pass {
  const read = (name: string) => {
    if (pass.asked?.has(name) && !own.has(name)) throw new Error(`a segment reads ${name}, to which it would pass no gradient`)
    return pass.read(name)
  }
  return { ...pass, read, dropoutUses, isSecond: true }
}

/** Gradients of a computation made inside another's gradient: tfjs knows one tape, so that the outer one is put aside meanwhile. */
function gradientsWithin(run: () => Tensor, inputs: Tensor[], dy: Tensor): Tensor[] {
  const { state } = tf.engine()
  const { activeTape } = state
  try {
    const grads = tf.engine().gradients(run, inputs, dy).grads as (Tensor | null | undefined)[]
    return grads.map((gradient, i) => gradient ?? tf.zerosLike(inputs[i] as Tensor))
  } finally {
    state.activeTape = activeTape
  }
}
