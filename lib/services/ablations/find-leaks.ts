import type { Db, Tx } from '#lib/db'
import { taskKinds } from '#lib/soho/config'
import type { StageKind } from '#lib/soho/config'
import { exampleKindOf } from '../datasets/stage-examples.ts'
import { stageLabels } from '../stages/stage-kind.ts'
import type { PlanDatasetDetails } from './read-plan-datasets.ts'

/** Images of a task's validation and test splits that the pre-training trains on. */
export interface Leak {
  kind: StageKind
  /** Of the task's dataset. */
  name: string
  test: number
  val: number
}

/** Versions never change, so that an answer stays right; previews ask for the same ones again and again. */
const known = new Map<string, Pick<Leak, 'test' | 'val'>>()
const mostKnown = 500

/** For every task whose held-out images are in the pre-training version: by bytes, COCO id or Flickr id. Looks are a check's matter. */
export async function findLeaks(db: Db | Tx, datasets: PlanDatasetDetails): Promise<Leak[]> {
  const { pretrain } = datasets
  if (!pretrain) return []
  const leaks: Leak[] = []
  for (const kind of taskKinds) {
    const task = datasets[kind]
    if (!task || task.examples.val + task.examples.test === 0) continue
    const counts = await countLeaks(db, pretrain.versionId, task.versionId, kind)
    if (counts.test + counts.val > 0) leaks.push({ kind, name: task.name, ...counts })
  }
  return leaks
}

async function countLeaks(db: Db | Tx, pretrainId: string, taskId: string, kind: StageKind): Promise<Pick<Leak, 'test' | 'val'>> {
  const key = `${pretrainId} ${taskId} ${exampleKindOf[kind]}`
  const answer = known.get(key)
  if (answer) return answer
  const [row] = await db.$queryRaw<{ test: number; val: number }[]>`
    with held as materialized (
      select i.id, i.digest, i."cocoId", i."flickrId", bool_or(e.split = 'test') as "isTest"
      from "Example" e join "ExampleImage" x on x."exampleId" = e.id join "DatasetImage" i on i.id = x."imageId"
      where e."versionId" = ${taskId}::uuid and e.split in ('val', 'test') and e.kind = ${exampleKindOf[kind]}::"ExampleKind" group by i.id
    ), same as (
      select h.id, h."isTest", p.id as image from held h join "DatasetImage" p on p.digest = h.digest where p."versionId" = ${pretrainId}::uuid
      union all
      select h.id, h."isTest", p.id from held h join "DatasetImage" p on p."cocoId" = h."cocoId" where p."versionId" = ${pretrainId}::uuid
      union all
      select h.id, h."isTest", p.id from held h join "DatasetImage" p on p."flickrId" = h."flickrId" where p."versionId" = ${pretrainId}::uuid
    )
    select (count(distinct id) filter (where "isTest"))::int as test, (count(distinct id) filter (where not "isTest"))::int as val
    from same where exists (
      select 1 from "ExampleImage" x join "Example" e on e.id = x."exampleId"
      where x."imageId" = same.image and e.split in ('train', 'restval') and e.kind = ${exampleKindOf.pretrain}::"ExampleKind")`
  const counts = { test: row?.test ?? 0, val: row?.val ?? 0 }
  if (known.size >= mostKnown) known.clear()
  known.set(key, counts)
  return counts
}

/** Leaks that a launch must answer for: a test score that they touch says less than it seems to. */
export const testLeaks = (leaks: readonly Leak[]): Leak[] => leaks.filter(({ test }) => test > 0)

export function leakWarnings(leaks: readonly Leak[]): string[] {
  return leaks.map(({ kind, name, test, val }) => {
    const parts = [test > 0 && `${test} test ${images(test)}`, val > 0 && `${val} validation ${images(val)}`].filter(Boolean)
    return `${stageLabels[kind]}: ${parts.join(' and ')} of ${name} ${test + val === 1 ? 'is' : 'are'} among the images that the pre-training trains on.`
  })
}

const images = (count: number) => (count === 1 ? 'image' : 'images')
