import type { Kernels } from './kernels.ts'
import { plainKernels } from './plain-kernels.ts'

let current: Kernels = plainKernels

export function kernels(): Kernels {
  return current
}

/** Chooses the implementation for the process. */
export function installKernels(chosen: Kernels): void {
  current = chosen
}
