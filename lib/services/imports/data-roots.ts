import { mkdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import { env } from '#lib/env'
import { invalid } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'

/** Folders an import may read: those the operator allowed, and the lab's own demo data. */
export function dataRoots(): string[] {
  return [...env().dataRoots, demoFolder()]
}

export function demoFolder(): string {
  return path.join(env().dataDir, 'demo')
}

/** The real path behind a name, links resolved; null unless it lies below an allowed root. */
export async function findDataPath(wanted: string): Promise<string | null> {
  const real = await realpath(wanted).catch(() => null)
  if (real === null) return null
  const roots = await Promise.all(dataRoots().map((root) => realpath(root).catch(() => null)))
  return roots.some((root) => root !== null && isBelow(real, root)) ? real : null
}

/** The real path behind a name; a refused one is not told whether it exists. @throws LabError unless it lies below an allowed root */
export async function resolveDataPath(wanted: string): Promise<string> {
  const real = await findDataPath(wanted)
  if (real !== null) return real
  const allowed = env().dataRoots
  const hint = allowed.length > 0 ? `Allowed folders: ${allowed.join(', ')}.` : 'The operator allows folders with SOHO_DATA_ROOTS.'
  throw invalid(`${wanted} does not exist below a folder that imports may read. ${hint}`)
}

export function isBelow(file: string, root: string): boolean {
  const relative = path.relative(root, file)
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))
}

export async function createDemoFolder(): Promise<string> {
  await mkdir(demoFolder(), { recursive: true })
  return demoFolder()
}

/** The folders an editor may name in an import. */
export async function listDataRoots(ctx: Context): Promise<string[]> {
  permit(ctx, 'editor')
  return env().dataRoots
}
