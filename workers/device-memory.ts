import { execFile } from 'node:child_process'
import { totalmem } from 'node:os'
import { promisify } from 'node:util'

/** Bytes that this machine's processes can have: a container's limit, where there is one. */
export function hostMemoryBytes(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

const askMs = 5_000

/** Bytes of the GPU that TensorFlow takes, as the driver's own tool tells them; null where it does not. */
export async function gpuMemoryBytes(visible = ''): Promise<number | null> {
  const chosen = visible.split(',')[0] ?? ''
  const which = chosen === '' ? [] : [`--id=${chosen}`]
  const args = ['--query-gpu=memory.total', '--format=csv,noheader,nounits', ...which]
  const found = await promisify(execFile)('nvidia-smi', args, { timeout: askMs }).catch(() => null)
  const mebibytes = Number(found?.stdout.trim().split('\n')[0])
  return mebibytes > 0 ? mebibytes * 2 ** 20 : null
}
