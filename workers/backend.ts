import util from 'node:util'
import { setEnvironmentDefaults } from '#lib/env'
import type { Env } from '#lib/env'
import { hasNativeBackend } from '#lib/soho/nn/native-backend'
import { fusedKernels } from '#lib/soho/nn/fused-kernels'
import { installKernels } from '#lib/soho/nn/current-kernels'

/** What the process computes on. */
export interface Device {
  backend: string
  isGpu: boolean
  kernels: 'plain' | 'fused'
}

/**
 * Loads TensorFlow's native library into this process and chooses the kernels. Call once, before any tensor exists.
 * @throws Error when a GPU is demanded and there is none
 */
export async function installBackend(threads = 1, accelerator: Env['accelerator'] = 'auto'): Promise<Device> {
  // TensorFlow reads these once, when its library is loaded. Two trainers share a GPU's memory: each takes what it needs.
  setEnvironmentDefaults({
    // By itself TensorFlow uses oneDNN on processors with AVX-512 only.
    TF_ENABLE_ONEDNN_OPTS: '1',
    ...{ TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
    ...(accelerator === 'cpu' ? { CUDA_VISIBLE_DEVICES: '-1' } : { TF_FORCE_GPU_ALLOW_GROWTH: 'true' }),
  })
  // Node 24 has dropped what the addon's JavaScript still calls.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean }
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined
  const tf = await import('@tensorflow/tfjs-core')
  await import('@tensorflow/tfjs-node-gpu')
  await tf.ready()
  const native = hasNativeBackend() ? (tf.backend() as unknown as { isUsingGpuDevice?: boolean }) : null
  const isGpu = native?.isUsingGpuDevice === true
  if (accelerator === 'cuda' && !isGpu) throw new Error('SOHO_ACCELERATOR is cuda, but TensorFlow sees no GPU')
  if (!native) return { backend: tf.getBackend(), isGpu, kernels: 'plain' }
  installKernels(fusedKernels)
  return { backend: tf.getBackend(), isGpu, kernels: 'fused' }
}
