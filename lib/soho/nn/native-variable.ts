import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { AdamWOptions, SgdOptions, Variable } from './kernels.ts'
import { attribute, multiple, single } from './native-backend.ts'
import type { Attribute } from './native-backend.ts'

type Kind = 'dtype' | 'rows' | 'locking' | 'nesterov'
let created = 0
let lists: Record<Kind, Attribute[]> | null = null

/** Built once: every variable is read and moved in every step. */
function listed(kind: Kind): Attribute[] {
  lists ??= {
    dtype: [attribute.type('dtype')],
    rows: [attribute.type('dtype'), attribute.type('Tindices', 'int32')],
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
    const { scalars, ...decay } = adamwScalars(options)
    const decaysLast = options.form === 'reference'
    if (options.weightDecay > 0 && !decaysLast) this.shrink(decay)
    multiple('ResourceApplyAdam', listed('nesterov'), [this.handle, this.slot('m'), this.slot('v'), ...scalars, gradient], 0)
    if (options.weightDecay > 0 && decaysLast) this.shrink(decay)
  }

  sgd(gradient: Tensor, { learningRate, momentum, weightDecay }: SgdOptions): void {
    tf.tidy(() => {
      const decayed = weightDecay > 0 ? tf.add(gradient, tf.mul(readResource(this.handle), weightDecay)) : gradient
      const inputs = [this.handle, this.slot('momentum'), tf.scalar(learningRate), decayed, tf.scalar(momentum)]
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

  /** p <- p - share * p: a large one by scaling its rows in place, a small one as a step of gradient descent along a copy of p. */
  private shrink({ share, kept }: Pick<AdamWScalars, 'share' | 'kept'>): void {
    if (sizeOf(this.shape) > largeSize) {
      multiple('ResourceScatterMul', listed('rows'), [this.handle, allRows(this.shape[0] as number), kept], 0)
      return
    }
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

/** From here on a copy costs more than one call for every row. */
const largeSize = 2 ** 18
const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1)
const rowNumbers = new Map<number, Tensor>()

/** 0..rows-1, kept for ever: a model has few lengths. */
function allRows(rows: number): Tensor {
  const known = rowNumbers.get(rows)
  if (known) return known
  const fresh = tf.keep(tf.range(0, rows, 1, 'int32'))
  rowNumbers.set(rows, fresh)
  return fresh
}

interface AdamWScalars {
  key: string
  /** What decay takes of a parameter, and what it leaves. */
  share: Tensor
  kept: Tensor
  scalars: Tensor[]
}

let lastScalars: AdamWScalars | null = null

/** All variables of an update share its scalars: making them anew for each would take longer than the update. */
function adamwScalars({ step, learningRate, beta1, beta2, epsilon, weightDecay, form }: AdamWOptions): AdamWScalars {
  const key = [step, learningRate, beta1, beta2, epsilon, weightDecay, form].join()
  if (lastScalars?.key === key) return lastScalars
  for (const tensor of lastScalars ? [lastScalars.share, lastScalars.kept, ...lastScalars.scalars] : []) tensor.dispose()
  // The operation adds epsilon before dividing by the bias correction, PyTorch after it: scaling epsilon makes them equal.
  const scaled = form === 'reference' ? epsilon : epsilon * Math.sqrt(1 - beta2 ** step)
  const values = [beta1 ** step, beta2 ** step, learningRate, beta1, beta2, scaled]
  const keep = (value: number) => tf.keep(tf.scalar(value))
  const decay = learningRate * weightDecay
  lastScalars = { key, share: keep(decay), kept: keep(1 - decay), scalars: values.map(keep) }
  return lastScalars
}

function readResource(handle: Tensor): Tensor {
  return single('ReadVariableOp', listed('dtype'), [handle])
}
