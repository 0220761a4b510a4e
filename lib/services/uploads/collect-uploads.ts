import { readdir } from 'node:fs/promises'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { removeUploadFile, uploadFolder } from './upload-file.ts'
import { keptDays } from './upload-view.ts'

const dayMs = 24 * 3600_000

/** Gives up uploads that nobody has touched for days, and removes what had arrived of them. A finished one is an artifact, and stays. */
export async function collectUploads(ctx: Context): Promise<number> {
  permit(ctx, 'editor')
  const touchedAt = { lt: new Date(ctx.now().getTime() - keptDays * dayMs) }
  const { count } = await ctx.db.upload.deleteMany({ where: { touchedAt } })
  const files = await readdir(uploadFolder()).catch(() => [])
  if (files.length === 0) return count
  const known = await ctx.db.upload.findMany({ where: { id: { in: files.filter(isId) }, digest: null }, select: { id: true } })
  const kept = new Set(known.map(({ id }) => id))
  for (const file of files.filter((name) => isId(name) && !kept.has(name) && isOld(name, ctx.now()))) await removeUploadFile(file)
  return count
}

const isId = (name: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)

/** Ids begin with their time in milliseconds: the row of a new file may not be written yet. */
const isOld = (id: string, now: Date) => now.getTime() - Number.parseInt(id.replace('-', '').slice(0, 12), 16) > 60 * 60_000
