import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { constant } from './constants.ts'
import type { AdamWOptions, SgdOptions, Variable } from './kernels.ts'
import { attribute, multiple, single } from './native-backend.ts'
import type { Attribute } from './native-backend.ts'
import { add, mul } from './native-ops.ts'

type Kind = 'dtype' | 'locking' | 'nesterov'
let created = 0
let lists: Record<Kind, Attribute[]> | null = null

/** Built once: every variable is read and moved in every step. */
function listed(kind: Kind): Attribute[] {
  lists ??= {
    dtype: [attribute.type('dtype')],
    locking: [attribute.type('T'), attribute.bool('use_locking', false)],
    nesterov: [attribute.type('T'), attribute.bool('use_locking', false), attribute.bool('use_nesterov', false)],
  }
  return lists[kind]
}

function createResource(value: Tensor): Tensor {
  created += 1
  const attributes = [
    attribute.type('dtype'),
    attribute.shape('shape', value.shape),
    attribute.string('container', ''),
    attribute.string('shared_name', `soho-${created}`),
  ]
  const handle = tf.keep(multiple('VarHandleOp', attributes, [], 1)[0] as Tensor)
  multiple('AssignVariableOp', listed('dtype'), [handle, value], 0)
  return handle
}

/** A variable that lives in the native library, so that an optimiser's update is one call and happens in place. */
export class NativeVariable implements Variable {
  readonly shape: number[]
  private readonly handle: Tensor
  private readonly state = new Map<string, Tensor>()

  constructor(value: Tensor) {
    this.shape = value.shape
    this.handle = createResource(value)
  }

  read(): Tensor {
    return readResource(this.handle)
  }

  assign(value: Tensor): void {
    multiple('AssignVariableOp', listed('dtype'), [this.handle, value], 0)
  }

  adamw(gradient: Tensor, options: AdamWOptions): void {
    const { scalars, share } = adamwScalars(options)
    const decaysLast = options.form === 'reference'
    if (options.weightDecay > 0 && !decaysLast) this.shrink(share)
    multiple('ResourceApplyAdam', listed('nesterov'), [this.handle, this.slot('m'), this.slot('v'), ...scalars, gradient], 0)
    if (options.weightDecay > 0 && decaysLast) this.shrink(share)
  }

  sgd(gradient: Tensor, { learningRate, momentum, weightDecay }: SgdOptions): void {
    tf.tidy(() => {
      const decayed = weightDecay > 0 ? add(gradient, mul(readResource(this.handle), weightDecay)) : gradient
      const inputs = [this.handle, this.slot('momentum'), tf.scalar(learningRate), decayed, constant(momentum)]
      multiple('ResourceApplyMomentum', listed('nesterov'), inputs, 0)
    })
  }

  slots(): Record<string, Tensor> {
    return Object.fromEntries([...this.state].map(([name, handle]) => [name, readResource(handle)]))
  }

  assignSlot(name: string, value: Tensor): void {
    multiple('AssignVariableOp', listed('dtype'), [this.slot(name), value], 0)
  }

  dispose(): void {
    for (const handle of [this.handle, ...this.state.values()]) {
      multiple('DestroyResourceOp', [attribute.bool('ignore_lookup_error', true)], [handle], 0)
      handle.dispose()
    }
  }

  /** p <- p - share * p, a step of gradient descent along a copy of p. */
  private shrink(share: Tensor): void {
    const value = readResource(this.handle)
    multiple('ResourceApplyGradientDescent', listed('locking'), [this.handle, share, value], 0)
    value.dispose()
  }

  private slot(name: string): Tensor {
    const found = this.state.get(name)
    if (found) return found
    const zeros = tf.tidy(() => tf.zeros(this.shape))
    const handle = createResource(zeros)
    // The resource shares these bytes: while they have another owner, the first update would copy them.
    zeros.dispose()
    this.state.set(name, handle)
    return handle
  }
}

interface AdamWScalars {
  key: string
  /** What decay takes of a parameter. */
  share: Tensor
  scalars: Tensor[]
}

let lastScalars: AdamWScalars | null = null

/** All variables of an update share its scalars: making them anew for each would take longer than the update. */
function adamwScalars({ step, learningRate, beta1, beta2, epsilon, weightDecay, form }: AdamWOptions): AdamWScalars {
  const key = [step, learningRate, beta1, beta2, epsilon, weightDecay, form].join()
  if (lastScalars?.key === key) return lastScalars
  for (const tensor of lastScalars ? [lastScalars.share, ...lastScalars.scalars] : []) tensor.dispose()
  // The operation adds epsilon before dividing by the bias correction, PyTorch after it: scaling epsilon makes them equal.
  const scaled = form === 'reference' ? epsilon : epsilon * Math.sqrt(1 - beta2 ** step)
  const values = [beta1 ** step, beta2 ** step, learningRate, beta1, beta2, scaled]
  const keep = (value: number) => tf.keep(tf.scalar(value))
  lastScalars = { key, share: keep(learningRate * weightDecay), scalars: values.map(keep) }
  return lastScalars
}

function readResource(handle: Tensor): Tensor {
  return single('ReadVariableOp', listed('dtype'), [handle])
}
