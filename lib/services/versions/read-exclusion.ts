import type { Tx } from '#lib/db'
import { conflict, notFound } from '#lib/errors'
import { findingCode, isLeakCode } from '../checks/finding-catalog.ts'
import type { Recipe } from './recipe.ts'

/**
 * What a check found, by keys. Leaking images lose the examples that are trained on; faults are excluded wherever they are.
 * @throws LabError when nothing of the kinds was found
 */
export async function readExclusion(tx: Tx, wanted: { parentId: string; checkId: string; codes: string[] }): Promise<Recipe> {
  const { parentId, checkId, codes } = wanted
  const check = await tx.datasetCheck.findFirst({
    where: { id: checkId, versionId: parentId, status: 'succeeded' },
    select: { id: true },
  })
  if (!check) throw notFound('The finished check of this version')
  const known = codes.filter((code) => findingCode(code)?.excludes)
  const images = await tx.$queryRaw<{ key: string }[]>`
    select i.key from "DatasetImage" i where i."versionId" = ${parentId}::uuid and i.id in (
      select f."imageId" from "CheckFinding" f
      where f."checkId" = ${checkId}::uuid and f.code = any(${known.filter((code) => findingCode(code)?.excludes === 'image')}))
    order by i.position`
  const examples = await tx.$queryRaw<{ key: string }[]>`
    select e.kind || ' ' || e.split || ' ' || e."externalId" as key from "Example" e
    where e."versionId" = ${parentId}::uuid and e.id in (
      select f."exampleId" from "CheckFinding" f
      where f."checkId" = ${checkId}::uuid and f.code = any(${known.filter((code) => findingCode(code)?.excludes === 'example')}))
    order by e.position`
  if (images.length + examples.length === 0) throw conflict('The check found nothing of this kind that can be excluded.')
  return {
    kind: 'exclusion',
    checkId,
    codes: known,
    imageKeys: images.map(({ key }) => key),
    exampleKeys: examples.map(({ key }) => key),
    isTrainingOnly: known.every(isLeakCode),
  }
}
