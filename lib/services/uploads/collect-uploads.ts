import { readdir } from 'node:fs/promises'
import { removeArtifact } from '#lib/artifacts'
import type { Tx } from '#lib/db'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { removeUploadFile, uploadFolder } from './upload-file.ts'
import { keptDays } from './upload-view.ts'

const dayMs = 24 * 3600_000

/** Gives up uploads that nobody has touched for days, and removes what had arrived of them; a finished one, where nothing uses its file. */
export async function collectUploads(ctx: Context): Promise<number> {
  permit(ctx, 'editor')
  const before = new Date(ctx.now().getTime() - keptDays * dayMs)
  const { count } = await ctx.db.upload.deleteMany({ where: { touchedAt: { lt: before }, digest: null } })
  const finished = await collectFinished(ctx, before)
  await removeStrayFiles(ctx)
  return count + finished
}

async function collectFinished(ctx: Context, before: Date): Promise<number> {
  const old = await ctx.db.upload.findMany({
    where: { touchedAt: { lt: before }, digest: { not: null } },
    select: { id: true, digest: true },
  })
  let collected = 0
  for (const { id, digest } of old) {
    if (digest === null) continue
    collected += await ctx.db.$transaction(async (tx) => {
      // An import that names the file touches the row first: either it is found here, or the import finds the file gone.
      const { count } = await tx.upload.deleteMany({ where: { id, touchedAt: { lt: before } } })
      if (count > 0 && !(await isUsed(tx, digest))) await removeArtifact(digest)
      return count
    })
  }
  return collected
}

/** Whether anything but an upload's own row refers to these bytes. */
async function isUsed(tx: Tx, digest: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ isUsed: boolean }[]>`
    select exists (select 1 from "Upload" where digest = ${digest})
      or exists (select 1 from "Import" where position(${digest} in source::text) > 0)
      or exists (select 1 from "WeightFile" where digest = ${digest})
      or exists (select 1 from "Checkpoint" where digest = ${digest})
      or exists (select 1 from "Stage" where "weightsDigest" = ${digest} or "vocabularyDigest" = ${digest})
      or exists (select 1 from "DatasetImage" where digest = ${digest} or location->>'artifact' = ${digest}) as "isUsed"`
  return row?.isUsed !== false
}

async function removeStrayFiles(ctx: Context): Promise<void> {
  const files = await readdir(uploadFolder()).catch(() => [])
  if (files.length === 0) return
  const known = await ctx.db.upload.findMany({ where: { id: { in: files.filter(isId) }, digest: null }, select: { id: true } })
  const kept = new Set(known.map(({ id }) => id))
  for (const file of files.filter((name) => isId(name) && !kept.has(name) && isOld(name, ctx.now()))) await removeUploadFile(file)
}

const isId = (name: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)

/** Ids begin with their time in milliseconds: the row of a new file may not be written yet. */
const isOld = (id: string, now: Date) => now.getTime() - Number.parseInt(id.replace('-', '').slice(0, 12), 16) > 60 * 60_000
