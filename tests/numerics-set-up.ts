import { existsSync } from 'node:fs'
import path from 'node:path'
import { installBackend } from '#workers/backend'

const addon = path.resolve(import.meta.dirname, '../node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node')
if (!existsSync(addon)) throw new Error('The TensorFlow addon is not built: run `npm run native`')

/** Puts the numerics tests on the backend that trainers use, with one thread, so that sums come in one order. */
await installBackend()
