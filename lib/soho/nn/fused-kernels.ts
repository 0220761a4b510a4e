import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { fusedAttention } from './fused-attention.ts'
import { fusedConvolution } from './fused-convolution.ts'
import { fusedBatchNorm, fusedLayerNorm } from './fused-norms.ts'
import type { DropoutSeed, Kernels } from './kernels.ts'
import { differentiable } from './differentiable.ts'
import { dropoutMask } from './dropout-mask.ts'
import { add, biasAdd, biasAddGradient, matMul, minus, mul, plus, reluGradient, reshape, sparseCrossEntropy, unary } from './native-ops.ts'
import { NativeVariable } from './native-variable.ts'

/** The native library's own forward and gradient operations, one call each, in place of chains of stock ones. */
export const fusedKernels: Kernels = {
  name: 'fused',
  linear,
  innerProducts,
  sum,
  conv2d: fusedConvolution,
  batchNorm: fusedBatchNorm,
  layerNorm: fusedLayerNorm,
  relu,
  gelu,
  attention: fusedAttention,
  crossEntropy,
  dropout,
  sumOfSquares,
  variable: (value) => new NativeVariable(value),
}

function linear(x: Tensor2D, weight: Tensor2D, bias: Tensor1D | null): Tensor2D {
  return differentiable(bias ? [x, weight, bias] : [x, weight], () => {
    const product = matMul(x, weight)
    const backward = (dy: Tensor, saved: Tensor[]) => {
      const [x, weight] = saved as [Tensor, Tensor]
      const gradients = [matMul(dy, weight, false, true), matMul(x, dy, true)]
      return bias ? [...gradients, biasAddGradient(dy)] : gradients
    }
    return { value: bias ? biasAdd(product, bias) : product, saved: [x, weight], backward }
  })
}

function innerProducts(x: Tensor2D, rows: Tensor2D): Tensor2D {
  return differentiable([x, rows], () => ({
    value: matMul(x, rows, false, true),
    saved: [x, rows],
    backward: (dy, saved) => {
      const [x, rows] = saved as [Tensor, Tensor]
      return [matMul(dy, rows), matMul(dy, x, true)]
    },
  }))
}

function sum<T extends Tensor>(a: T, b: T): T {
  return differentiable([a, b], () => ({ value: add(a, b), saved: [], backward: (dy) => [dy.clone(), dy.clone()] }))
}

function relu<T extends Tensor>(x: T): T {
  return differentiable([x], () => {
    const value = unary('Relu', x)
    return { value, saved: [value], backward: (dy, [y]) => [reluGradient(dy, y as Tensor)] }
  })
}

const logOfRootOfPi = 0.5 * Math.log(Math.PI)

/** x Phi(x), whose slope is Phi(x) + x phi(x); with t = x / sqrt(2), x phi(x) = t exp(-t^2) / sqrt(pi). */
function gelu(x: Tensor2D): Tensor2D {
  return differentiable([x], () => {
    const t = mul(x, Math.SQRT1_2)
    const share = mul(plus(unary('Erf', t), 1), 0.5)
    const backward = (dy: Tensor, saved: Tensor[]) => {
      const [t, share] = saved as [Tensor, Tensor]
      const bell = unary('Exp', minus(-logOfRootOfPi, unary('Square', t)))
      return [mul(dy, add(share, mul(t, bell)))]
    }
    return { value: mul(x, share), saved: [t, share], backward }
  })
}

function crossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  return differentiable([logits], () => {
    const [value, slope] = sparseCrossEntropy(logits, labels)
    return { value, saved: [slope], backward: (dy, [slope]) => [mul(slope as Tensor, reshape(dy, [-1, 1]))] }
  })
}

/** L2Loss is half of a sum of squares, in one call. */
function sumOfSquares(tensors: Tensor[]): Scalar {
  return tf.mul(tf.addN(tensors.map((tensor) => unary('L2Loss', tensor) as Scalar)), 2)
}

function dropout<T extends Tensor>(x: T, rate: number, seed: DropoutSeed): T {
  if (rate === 0) return x
  return differentiable([x], () => {
    const mask = dropoutMask(x.shape, rate, seed)
    return { value: mul(x, mask), saved: [mask], backward: (dy, [mask]) => [mul(dy, mask as Tensor)] }
  })
}
