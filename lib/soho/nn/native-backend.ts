import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** The part of the tfjs-node backend that the fused kernels call. */
export interface NativeBinding {
  TF_ATTR_TYPE: number
  TF_ATTR_FLOAT: number
  TF_ATTR_BOOL: number
  TF_ATTR_STRING: number
  TF_ATTR_INT: number
  TF_ATTR_SHAPE: number
  TF_FLOAT: number
  TF_INT32: number
}
export interface Attribute {
  name: string
  type: number
  value: unknown
}
interface NativeBackend {
  binding: NativeBinding
  isUsingGpuDevice?: boolean
  executeSingleOutput(name: string, attributes: Attribute[], inputs: Tensor[]): Tensor
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[]
}

function backend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend
}

/** Whether the process computes on the native library, so that the fused kernels can run. */
export function hasNativeBackend(): boolean {
  const found = tf.backend() as unknown as Partial<NativeBackend> | undefined
  return typeof found?.executeMultipleOutputs === 'function' && found.binding !== undefined
}

/** Whether that library computes on a GPU. */
export function isOnGpu(): boolean {
  return backend().isUsingGpuDevice === true
}

export function single(name: string, attributes: Attribute[], inputs: Tensor[]): Tensor {
  return backend().executeSingleOutput(name, attributes, inputs)
}

export function multiple(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[] {
  return backend().executeMultipleOutputs(name, attributes, inputs, outputs)
}

export const attribute = {
  type: (name: string, dtype: 'float32' | 'int32' = 'float32'): Attribute => ({
    name,
    type: backend().binding.TF_ATTR_TYPE,
    value: dtype === 'float32' ? backend().binding.TF_FLOAT : backend().binding.TF_INT32,
  }),
  float: (name: string, value: number): Attribute => ({ name, type: backend().binding.TF_ATTR_FLOAT, value }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: backend().binding.TF_ATTR_BOOL, value }),
  string: (name: string, value: string): Attribute => ({ name, type: backend().binding.TF_ATTR_STRING, value }),
  ints: (name: string, value: number | number[]): Attribute => ({ name, type: backend().binding.TF_ATTR_INT, value }),
  shape: (name: string, value: number[]): Attribute => ({ name, type: backend().binding.TF_ATTR_SHAPE, value }),
}
