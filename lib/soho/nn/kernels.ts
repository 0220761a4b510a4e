import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'

/** A trainable array with its optimiser state. Reading gives a tensor that the reader disposes, before the next update. */
export interface Variable {
  readonly shape: number[]
  read(): Tensor
  assign(value: Tensor): void
  /** One AdamW update. `step` counts from 1. */
  adamw(gradient: Tensor, options: AdamWOptions): void
  /** One SGD update in PyTorch's form: decay added to the gradient, first buffer = gradient, no dampening. */
  sgd(gradient: Tensor, options: SgdOptions): void
  /** Optimiser state by slot name (`m`, `v`, `momentum`); empty before the first update. The caller disposes the tensors. */
  slots(): Record<string, Tensor>
  assignSlot(name: string, value: Tensor): void
  dispose(): void
}
export interface AdamWOptions {
  step: number
  learningRate: number
  beta1: number
  beta2: number
  epsilon: number
  weightDecay: number
  /** PyTorch's (the default): decay first, epsilon after bias correction. The reference code's: epsilon before it, decay last. */
  form?: 'pytorch' | 'reference'
}
export interface SgdOptions {
  learningRate: number
  momentum: number
  weightDecay: number
}

export interface BatchNormState {
  mean: Tensor1D
  variance: Tensor1D
  /** Receives the new running mean and (unbiased) variance in training, momentum 0.1. */
  update(mean: Tensor1D, variance: Tensor1D): void
}

/**
 * The operations that decide the speed of a step. Every one has a plain form in stock tfjs operations and a fused form in the
 * native library's; a test holds them together to 1e-5.
 */
export interface Kernels {
  readonly name: 'plain' | 'fused'
  /** [N, I] x [I, O] (+ [O]) -> [N, O] */
  linear(x: Tensor2D, weight: Tensor2D, bias: Tensor1D | null): Tensor2D
  /** Of all rows with all rows: [N, I] x [M, I] -> [N, M] */
  innerProducts(x: Tensor2D, rows: Tensor2D): Tensor2D
  /** [B, H, W, I] * [kh, kw, I, O] -> [B, H', W', O] with symmetric zero padding. `leaf`: the input needs no gradient. */
  conv2d(x: Tensor4D, weight: Tensor4D, stride: number, padding: number, leaf: boolean): Tensor4D
  /** Batch statistics in training, running ones otherwise; epsilon 1e-5. */
  batchNorm(x: Tensor4D, scale: Tensor1D, offset: Tensor1D, state: BatchNormState, training: boolean): Tensor4D
  /** Over the last axis of [N, D], biased variance. */
  layerNorm(x: Tensor2D, scale: Tensor1D, offset: Tensor1D, epsilon: number): Tensor2D
  /** Of two tensors of one shape. */
  sum<T extends Tensor>(a: T, b: T): T
  relu<T extends Tensor>(x: T): T
  /** The erf form. */
  gelu(x: Tensor2D): Tensor2D
  /** Queries [B*Q, D], keys and values [B*S, D], `keyBias` [B, 1, 1, S] added to the logits -> [B*Q, D]. `dropped` shares are zeroed. */
  attention(q: Tensor2D, k: Tensor2D, v: Tensor2D, keyBias: Tensor4D, shape: AttentionShape, dropped?: Dropped): Tensor2D
  /** Logits [N, C], int32 labels [N] -> losses [N]. */
  crossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor1D
  /** Zeroes a share of the elements and scales the rest; the mask is a function of the two seed words alone. */
  dropout<T extends Tensor>(x: T, rate: number, seed: DropoutSeed): T
  /** Sum of the squares of all elements, over all tensors. */
  sumOfSquares(tensors: Tensor[]): Scalar
  variable(value: Tensor): Variable
}
/** Two words of a counter. */
export type DropoutSeed = readonly [number, number]
export interface Dropped {
  rate: number
  seed: DropoutSeed
}
export interface AttentionShape {
  batch: number
  length: number
  heads: number
}
