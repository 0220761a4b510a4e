import util from 'node:util'
import { setEnvironmentDefaults } from '#lib/env'
import { hasNativeBackend } from '#lib/soho/nn/native-backend'
import { fusedKernels } from '#lib/soho/nn/fused-kernels'
import { installKernels } from '#lib/soho/nn/kernels'

/** What the process computes on. */
export interface Device {
  backend: string
  isGpu: boolean
  kernels: 'plain' | 'fused'
}

/** Loads TensorFlow's native library into this process and chooses the kernels. Call once, before any tensor exists. */
export async function installBackend(threads = 1): Promise<Device> {
  // TensorFlow reads these once, when its library is loaded.
  setEnvironmentDefaults({ TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '2' })
  // Node 24 has dropped what the addon's JavaScript still calls.
  const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean }
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined
  const tf = await import('@tensorflow/tfjs-core')
  await import('@tensorflow/tfjs-node-gpu')
  await tf.ready()
  if (!hasNativeBackend()) return { backend: tf.getBackend(), isGpu: false, kernels: 'plain' }
  installKernels(fusedKernels)
  const native = tf.backend() as unknown as { isUsingGpuDevice?: boolean }
  return { backend: tf.getBackend(), isGpu: native.isUsingGpuDevice === true, kernels: 'fused' }
}
