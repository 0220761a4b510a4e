import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { attribute, isOnGpu, single } from './native-backend.ts'
import type { Attribute } from './native-backend.ts'
import { transpose } from './native-ops.ts'

/** See `Kernels.conv2d`; symmetric padding, as PyTorch has it. */
export function fusedConvolution(x: Tensor4D, weight: Tensor4D, stride: number, padding: number, leaf: boolean): Tensor4D {
  const attributes = () => attributesOf(weight, stride, padding)
  const value = (x: Tensor, weight: Tensor) => single('Conv2D', attributes(), [x, weight])
  const weightGradient = (dy: Tensor, x: Tensor, weight: Tensor) => single('Conv2DBackpropFilter', attributes(), [x, shapeOf(weight), dy])
  if (leaf) {
    const op = tf.customGrad(((weight: Tensor, save: (tensors: Tensor[]) => void) => {
      save([x, weight])
      return { value: value(x, weight), gradFunc: (dy: Tensor, [x, weight]: [Tensor, Tensor]) => [weightGradient(dy, x, weight)] }
    }) as never)
    return op(weight) as Tensor4D
  }
  const op = tf.customGrad(((x: Tensor, weight: Tensor, save: (tensors: Tensor[]) => void) => {
    save([x, weight])
    const gradFunc = (dy: Tensor, [x, weight]: [Tensor, Tensor]) => [
      isSmallMap(dy, weight, stride, padding)
        ? inputGradientOfSmallMap(dy, weight, attributes())
        : inputGradient(dy, x, weight, attributes()),
      weightGradient(dy, x, weight),
    ]
    return { value: value(x, weight), gradFunc }
  }) as never)
  return op(x, weight) as Tensor4D
}

function attributesOf(weight: Tensor4D, stride: number, padding: number): Attribute[] {
  const isSame = stride === 1 && 2 * padding + 1 === weight.shape[0] && weight.shape[0] === weight.shape[1]
  // oneDNN takes no explicit padding; symmetric padding has a name in two cases of three.
  const rule = padding === 0 ? 'VALID' : isSame ? 'SAME' : 'EXPLICIT'
  return [
    attribute.type('T'),
    attribute.ints('strides', [1, stride, stride, 1]),
    attribute.string('padding', rule),
    ...(rule === 'EXPLICIT' ? [attribute.ints('explicit_paddings', [0, 0, padding, padding, padding, padding, 0, 0])] : []),
    attribute.string('data_format', 'NHWC'),
    attribute.ints('dilations', [1, 1, 1, 1]),
    attribute.bool('use_cudnn_on_gpu', true),
  ]
}

const shapeOf = (tensor: Tensor) => tf.tensor1d(tensor.shape, 'int32')

function inputGradient(dy: Tensor, x: Tensor, weight: Tensor, attributes: Attribute[]): Tensor {
  return single('Conv2DBackpropInput', attributes, [shapeOf(x), weight, dy])
}

const smallMap = 64

/** On a CPU the library's own input gradient takes an image at a time, and copies the whole filter for each: dear where the map is small. */
function isSmallMap(dy: Tensor, weight: Tensor, stride: number, padding: number): boolean {
  const [, height, width] = dy.shape as [number, number, number]
  return stride === 1 && weight.shape[0] === 2 * padding + 1 && height * width <= smallMap && !isOnGpu()
}

/** At stride 1 and padding of half the filter: dy convolved with the filter turned half round, its channels exchanged. */
function inputGradientOfSmallMap(dy: Tensor, weight: Tensor, attributes: Attribute[]): Tensor {
  const isPoint = weight.shape[0] === 1 && weight.shape[1] === 1
  const turned = isPoint
    ? weight
    : single('ReverseV2', [attribute.type('T'), attribute.type('Tidx', 'int32')], [weight, tf.tensor1d([0, 1], 'int32')])
  const exchanged = transpose(turned, [0, 1, 3, 2])
  if (turned !== weight) turned.dispose()
  const gradient = single('Conv2D', attributes, [dy, exchanged])
  exchanged.dispose()
  return gradient
}
