import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { fusedAttention } from './fused-attention.ts'
import { fusedConvolution } from './fused-convolution.ts'
import { fusedBatchNorm, fusedLayerNorm } from './fused-norms.ts'
import type { Kernels } from './kernels.ts'
import { attribute, single } from './native-backend.ts'
import { add, biasAdd, biasAddGradient, matMul, mul, plus, reluGradient, sparseCrossEntropy, unary } from './native-ops.ts'
import { NativeVariable } from './native-variable.ts'

type Gradient = (dy: Tensor, saved: Tensor[]) => Tensor[]

/** The native library's own forward and gradient operations, one call each, in place of chains of stock ones. */
export const fusedKernels: Kernels = {
  name: 'fused',
  linear,
  innerProducts,
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
  const forward = (...args: unknown[]) => {
    const [x, weight, bias] = args as [Tensor, Tensor, Tensor]
    const save = args.at(-1) as (tensors: Tensor[]) => void
    const product = matMul(x, weight)
    const value = args.length === 4 ? biasAdd(product, bias) : product
    save([x, weight])
    const gradFunc: Gradient = (dy, saved) => {
      const [x, weight] = saved as [Tensor, Tensor]
      const grads = [matMul(dy, weight, false, true), matMul(x, dy, true)]
      return args.length === 4 ? [...grads, biasAddGradient(dy)] : grads
    }
    return { value, gradFunc }
  }
  const op = tf.customGrad(forward as never)
  return (bias ? op(x, weight, bias) : op(x, weight)) as Tensor2D
}

function innerProducts(x: Tensor2D, rows: Tensor2D): Tensor2D {
  const op = tf.customGrad(((x: Tensor, rows: Tensor, save: (tensors: Tensor[]) => void) => {
    save([x, rows])
    const gradFunc = (dy: Tensor, [x, rows]: [Tensor, Tensor]) => [matMul(dy, rows), matMul(dy, x, true)]
    return { value: matMul(x, rows, false, true), gradFunc }
  }) as never)
  return op(x, rows) as Tensor2D
}

function relu<T extends Tensor>(x: T): T {
  const op = tf.customGrad(((x: Tensor, save: (tensors: Tensor[]) => void) => {
    const value = unary('Relu', x)
    save([value])
    return { value, gradFunc: (dy: Tensor, [y]: [Tensor]) => [reluGradient(dy, y)] }
  }) as never)
  return op(x) as T
}

/** x Phi(x), whose slope is Phi(x) + x phi(x). */
function gelu(x: Tensor2D): Tensor2D {
  const op = tf.customGrad(((x: Tensor, save: (tensors: Tensor[]) => void) => {
    const share = mul(plus(unary('Erf', mul(x, Math.SQRT1_2)), 1), 0.5)
    save([x, share])
    const gradFunc = (dy: Tensor, [x, share]: [Tensor, Tensor]) => {
      const density = mul(unary('Exp', mul(unary('Square', x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
      return [mul(dy, add(share, mul(x, density)))]
    }
    return { value: mul(x, share), gradFunc }
  }) as never)
  return op(x) as Tensor2D
}

function crossEntropy(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  const op = tf.customGrad(((logits: Tensor, save: (tensors: Tensor[]) => void) => {
    const [loss, slope] = sparseCrossEntropy(logits, labels)
    save([slope])
    return { value: loss, gradFunc: (dy: Tensor, [slope]: [Tensor]) => [tf.mul(slope, tf.expandDims(dy, 1))] }
  }) as never)
  return op(logits) as Tensor1D
}

/** L2Loss is half of a sum of squares, in one call. */
function sumOfSquares(tensors: Tensor[]): Scalar {
  return tf.mul(tf.addN(tensors.map((tensor) => unary('L2Loss', tensor) as Scalar)), 2)
}

function dropout<T extends Tensor>(x: T, rate: number, seed: readonly [number, number]): T {
  if (rate === 0) return x
  const op = tf.customGrad(((x: Tensor, save: (tensors: Tensor[]) => void) => {
    const attributes = [attribute.type('dtype'), attribute.type('T', 'int32'), attribute.type('Tseed', 'int32')]
    const words = tf.tensor1d([seed[0] | 0, seed[1] | 0], 'int32')
    const uniform = single('StatelessRandomUniform', attributes, [tf.tensor1d(x.shape, 'int32'), words])
    const mask = tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate))
    save([mask])
    return { value: tf.mul(x, mask), gradFunc: (dy: Tensor, [mask]: [Tensor]) => [tf.mul(dy, mask)] }
  }) as never)
  return op(x) as T
}
