import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import util from 'node:util'

/** Puts the numerics tests on the backend that trainers use, with one thread, so that sums come in one order. */
process.env['TF_NUM_INTRAOP_THREADS'] ??= '1'
process.env['TF_NUM_INTEROP_THREADS'] ??= '1'
process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'

// Node 24 has dropped what the addon's JavaScript still calls.
const legacy = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean }
legacy.isNullOrUndefined ??= (value) => value === null || value === undefined

const addon = path.resolve(import.meta.dirname, '../node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node')
if (!existsSync(addon)) throw new Error('The TensorFlow addon is not built: run `npm run native`')
await import('@tensorflow/tfjs-node-gpu')

const backend = path.resolve(import.meta.dirname, '../workers/backend.ts')
if (existsSync(backend)) {
  const loaded = (await import(pathToFileURL(backend).href)) as { installBackend?: () => unknown }
  await loaded.installBackend?.()
}
