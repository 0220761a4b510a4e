import type { NamedArrays } from '../contract.ts'
import { headerLimit, lengthBytes, readFloats, readSafetensorsHeader, SafetensorsError } from '../train/safetensors.ts'
import type { SafetensorsHeader } from '../train/safetensors.ts'
import type { Translation } from './import-weights.ts'
import { toOurs } from './layout.ts'
import type { WeightPart } from './names.ts'
import { sortTensors } from './sort-tensors.ts'
import { WeightsError } from './weights-error.ts'

/** What a file's first bytes claim it to be. */
export type FileClaim = 'safetensors' | 'pickle' | 'other'

/** @param head the first bytes, eight or more where the file has them */
export function claimOf(head: Uint8Array): FileClaim {
  if (head[0] === 0x50 && head[1] === 0x4b) return 'pickle'
  if (head.length < lengthBytes) return 'other'
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true)
  if (length <= BigInt(headerLimit)) return 'safetensors'
  return head[0] === 0x80 ? 'pickle' : 'other'
}

/** A pickle runs code when it is read, so that it never is. */
export function pickleRefusal(file: string): string {
  const load = `torch.load('${file.replaceAll(/['\\\n]/g, '_')}', map_location='cpu', weights_only=True)`
  return `${file} is a PyTorch pickle or a zip archive, which is not read because it can run code: convert it with python -c "import torch; from safetensors.torch import save_file; save_file({k: v.clone().contiguous() for k, v in ${load}.items()}, 'weights.safetensors')" and bring weights.safetensors.`
}

/** A weights file's header. @throws WeightsError naming the file and the tensor */
export function readWeightsHeader(head: Uint8Array, name: string, sizeBytes: number | null = null): SafetensorsHeader {
  try {
    return readSafetensorsHeader(head, name, sizeBytes)
  } catch (error) {
    throw error instanceof SafetensorsError ? new WeightsError(`${error.message}.`) : error
  }
}

/**
 * Reads a whole weights file of torchvision, Hugging Face or this lab: F16 and BF16 become F32, names and layouts ours.
 * @param file the whole file
 * @param name what the file is called in errors
 * @throws WeightsError naming the file and the tensor
 */
export function readWeights(file: Uint8Array, name: string, parts?: readonly WeightPart[]): Translation {
  if (claimOf(file) === 'pickle') throw new WeightsError(pickleRefusal(name))
  const { tensors, start } = readWeightsHeader(file, name, file.length)
  const { layout, mapped, ignored, extra } = sortTensors(tensors, parts, name)
  const arrays: NamedArrays = new Map()
  for (const [ours, tensor] of mapped) {
    const array = readFloats(file, start, tensor)
    if (!array) throw new WeightsError(`${name}: the tensor ${tensor.name} is ${tensor.dtype}; F32, F16 and BF16 are read.`)
    arrays.set(ours, layout === 'ours' ? array : toOurs(ours, array))
  }
  return { arrays, ignored, extra }
}
