import type { Tx } from '#lib/db'
import { conflict, forbidden, invalid, notFound } from '#lib/errors'
import { announce } from '#lib/events'
import type { ChangeKind, DatasetFormat } from '#lib/generated/prisma/enums'
import { actorId, audit, permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import { DraftChangeInput } from './draft-change-input.ts'
import { labelsOf } from './labels-of.ts'

interface Subject {
  versionId: string
  datasetId: string
  number: number
  format: DatasetFormat
  /** What the change replaces; undefined for an image. */
  example?: { kind: 'caption' | 'question' | 'statement' | 'hypothesis'; text: string; label: string | null }
}

/**
 * Notes a change of a text or a label, or that an example or an image is left out: for the next version, the original stays as it is. A
 * second change of the same thing replaces the first; one back to the original takes it away, and the answer's id is null.
 */
export async function draftChange(ctx: Context, input: DraftChangeInput): Promise<{ id: string | null }> {
  permit(ctx, 'editor')
  const authorId = actorId(ctx)
  if (!authorId) throw forbidden('A change needs an author.')
  const { kind, subjectId, reason, ...rest } = parseInput(DraftChangeInput, input)
  const value = 'value' in rest ? rest.value : null
  return ctx.db.$transaction(async (tx) => {
    const subject = await findSubject(tx, kind, subjectId)
    await checkNewest(tx, subject)
    if (value !== null) checkValue(subject, kind, value)
    const { versionId, datasetId, example } = subject
    const isOriginal = value !== null && value === (kind === 'text' ? example?.text.trim() : example?.label)
    const named = { versionId_kind_subjectId: { versionId, kind, subjectId } }
    const written = { value, reason, authorId, createdAt: ctx.now() }
    const change = isOriginal
      ? await tx.draftChange.deleteMany({ where: { versionId, kind, subjectId } }).then(() => null)
      : await tx.draftChange.upsert({
          where: named,
          create: { versionId, kind, subjectId, ...written },
          update: written,
          select: { id: true },
        })
    await audit(tx, ctx, {
      action: 'change.draft',
      subjectType: 'dataset version',
      subjectId: versionId,
      detail: { kind, subjectId, value },
    })
    await announce(tx, [`dataset:${datasetId}`])
    return { id: change?.id ?? null }
  })
}

const versionFields = { select: { id: true, number: true, datasetId: true, dataset: { select: { format: true } } } } as const

async function findSubject(tx: Tx, kind: ChangeKind, id: string): Promise<Subject> {
  if (kind === 'exclude_image') {
    const image = await tx.datasetImage.findUnique({ where: { id }, select: { version: versionFields } })
    if (!image) throw notFound('The image')
    return toSubject(image.version)
  }
  const example = await tx.example.findUnique({ where: { id }, select: { kind: true, text: true, label: true, version: versionFields } })
  if (!example) throw notFound('The text')
  const { version, ...original } = example
  return { ...toSubject(version), example: original }
}

function toSubject(version: { id: string; number: number; datasetId: string; dataset: { format: DatasetFormat } }): Subject {
  return { versionId: version.id, datasetId: version.datasetId, number: version.number, format: version.dataset.format }
}

/** Changes of an older version would undo what the newer ones brought. */
async function checkNewest(tx: Tx, { versionId, datasetId }: Subject): Promise<void> {
  const newest = await tx.datasetVersion.findFirst({
    where: { datasetId },
    orderBy: { number: 'desc' },
    select: { id: true, number: true },
  })
  if (newest && newest.id !== versionId) throw conflict(`Version ${newest.number} is the newest: change it there.`)
}

function checkValue({ example }: Subject, kind: ChangeKind, value: string): void {
  if (kind !== 'label' || !example) return
  if (example.kind === 'caption') throw invalid('A caption has no label.', { value: 'A caption has no label.' })
  const known = labelsOf(example.kind)
  if (known && !known.includes(value)) {
    const message = `The label is one of ${known.join(', ')}.`
    throw invalid(message, { value: message })
  }
}
