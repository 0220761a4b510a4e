import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pinnedNode } from '../setup/paths.mjs'
import { runNode } from '../setup/run-command.mjs'

const SOURCES = [
  'app',
  'lib',
  'public',
  'next.config.js',
  'proxy.ts',
  'instrumentation.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
  'prisma/schema.prisma',
]
const IGNORED = /(^|\/)(generated|goldens|fixtures)(\/|$)|\.test\.tsx?$/

/** Builds the web when its sources differ from those of the last finished build. Answers whether it did. */
export async function buildWeb({ root, say }) {
  const wanted = await hashSources(root)
  const mark = path.join(root, '.next/built-from')
  const isThere = existsSync(path.join(root, '.next/BUILD_ID'))
  if (isThere && (await readFile(mark, 'utf8').catch(() => '')) === wanted) return false
  say('Web: building (about half a minute)')
  await rm(mark, { force: true })
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  await runNode(pinnedNode(root), [path.join(root, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: root,
    what: 'Building the web',
    env,
  })
  await writeFile(mark, wanted)
  return true
}

export async function hashSources(root, sources = SOURCES) {
  const hash = createHash('sha256')
  for (const source of sources) await addToHash(hash, root, source)
  return hash.digest('hex')
}

async function addToHash(hash, root, name) {
  if (IGNORED.test(name)) return
  const full = path.join(root, name)
  const entries = await readdir(full, { withFileTypes: true }).catch((error) => {
    if (error.code !== 'ENOTDIR' && error.code !== 'ENOENT') throw error
  })
  if (entries) {
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) await addToHash(hash, root, `${name}/${entry.name}`)
    return
  }
  const content = await readFile(full).catch((error) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (content) hash.update(`${name}\0${content.length}\0`).update(content)
}
