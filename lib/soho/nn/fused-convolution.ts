import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { integers } from './constants.ts'
import { differentiable } from './differentiable.ts'
import { attribute, isOnGpu, single } from './native-backend.ts'
import type { Attribute } from './native-backend.ts'
import { addAll, everyOther, everyOtherGradient, isCheaperSwapped, matMul, pad, reshape, slice, transpose } from './native-ops.ts'

/** See `Kernels.conv2d`; symmetric padding, as PyTorch has it. */
export function fusedConvolution(x: Tensor4D, weight: Tensor4D, stride: number, padding: number, leaf: boolean): Tensor4D {
  if (stride > 1 && weight.shape[0] === 1 && weight.shape[1] === 1) return fusedConvolution(placesRead(x, stride), weight, 1, 0, leaf)
  const attributes = () => attributesOf(weight, stride, padding)
  const value = (x: Tensor, weight: Tensor) => single('Conv2D', attributes(), [x, weight])
  const weightGradient = (dy: Tensor, x: Tensor, weight: Tensor) => single('Conv2DBackpropFilter', attributes(), [x, shapeOf(weight), dy])
  if (leaf) {
    return differentiable([weight], () => ({
      value: value(x, weight),
      saved: [x, weight],
      backward: (dy, saved) => {
        const [x, weight] = saved as [Tensor, Tensor]
        return [weightGradient(dy, x, weight)]
      },
    }))
  }
  return differentiable([x, weight], () => ({
    value: value(x, weight),
    saved: [x, weight],
    backward: (dy, saved) => {
      const [x, weight] = saved as [Tensor, Tensor]
      const isSmall = isSmallMap(dy, weight, stride, padding)
      const gradient = isSmall ? inputGradientOfSmallMap(dy, weight, attributes()) : inputGradient(dy, x, weight, attributes())
      return [gradient, weightGradient(dy, x, weight)]
    },
  }))
}

/**
 * The places that a strided convolution by a point reads. Taken out first, because oneDNN's gradient of such a filter writes beyond its memory
 * on processors without AVX-512.
 */
function placesRead(x: Tensor4D, stride: number): Tensor4D {
  const { shape } = x
  return differentiable([x], () => ({
    value: everyOther(x, stride),
    saved: [],
    backward: (dy) => [everyOtherGradient(dy, shape, stride)],
  }))
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

const shapeOf = (tensor: Tensor) => integers(tensor.shape)

function inputGradient(dy: Tensor, x: Tensor, weight: Tensor, attributes: Attribute[]): Tensor {
  return single('Conv2DBackpropInput', attributes, [shapeOf(x), weight, dy])
}

const smallMap = 64

/** On a CPU the library's own input gradient takes an image at a time, and copies the whole filter for each: dear where the map is small. */
function isSmallMap(dy: Tensor, weight: Tensor, stride: number, padding: number): boolean {
  const [, height, width] = dy.shape as [number, number, number]
  return stride === 1 && weight.shape[0] === 2 * padding + 1 && height * width <= smallMap && !isOnGpu()
}

function inputGradientOfSmallMap(dy: Tensor, weight: Tensor, attributes: Attribute[]): Tensor {
  const [side, , inputs, outputs] = weight.shape as [number, number, number, number]
  const places = dy.size / outputs
  return side > 1 && isCheaperSwapped(places, inputs, outputs) ? sumOfShifted(dy, weight) : turnedConvolution(dy, weight, attributes)
}

/** At stride 1 and padding of half the filter: dy convolved with the filter turned half round, its channels exchanged. */
function turnedConvolution(dy: Tensor, weight: Tensor, attributes: Attribute[]): Tensor {
  const isPoint = weight.shape[0] === 1 && weight.shape[1] === 1
  const turned = isPoint ? weight : single('ReverseV2', [attribute.type('T'), attribute.type('Tidx', 'int32')], [weight, integers([0, 1])])
  return single('Conv2D', attributes, [dy, transpose(turned, [0, 1, 3, 2])])
}

/** The same, a tap at a time: dy times the tap's matrix, moved by the tap's place. For filters much larger than the map. */
function sumOfShifted(dy: Tensor, weight: Tensor): Tensor {
  const [side, , inputs, outputs] = weight.shape as [number, number, number, number]
  const [count, height, width] = dy.shape as [number, number, number]
  const [rows, taps] = [reshape(dy, [count * height * width, outputs]), reshape(weight, [side * side * inputs, outputs])]
  const pieces = Array.from({ length: side * side }, (_, tap) => {
    const [y, x] = [Math.floor(tap / side), tap % side]
    const piece = matMul(rows, slice(taps, [tap * inputs, 0], [inputs, outputs]), false, true)
    return pad(reshape(piece, [count, height, width, inputs]), [0, 0, y, side - 1 - y, x, side - 1 - x, 0, 0])
  })
  const half = (side - 1) / 2
  return slice(addAll(pieces), [0, half, half, 0], [count, height, width, inputs])
}
