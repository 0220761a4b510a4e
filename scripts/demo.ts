import { setTimeout as wait } from 'node:timers/promises'
import { closeDb } from '#lib/db'
import { env } from '#lib/env'
import { closeQueue } from '#lib/queue'
import { getAblation } from '#lib/services/ablations/get-ablation'
import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { systemContext } from '#lib/services/context'
import type { Context } from '#lib/services/context'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { findOrCreateDemo } from './demo/demo-ablation.ts'
import { chanceRecall, resultRows, writeTable } from './demo/result-table.ts'

/**
 * Runs the demo ablation to its end through the services that the pages use, and prints its result table. A worker must be running;
 * `npm run demo` sees to that. `--json` prints one JSON object instead.
 */
const isJson = process.argv.includes('--json')
const say = (text: string) => process.stderr.write(`${text}\n`)
const ctx = systemContext('demo')

async function main(): Promise<void> {
  const launched = await findOrCreateDemo(ctx)
  const url = `${env().baseUrl}/ablations/${launched.id}`
  say(`"${launched.name}": ${launched.stagesTotal} stages for ${launched.cells.length * launched.seeds.length} runs. Page: ${url}`)
  const done = await follow(launched)
  const times = await milestones(ctx, done)
  const rows = resultRows(done)
  const chance = await chanceScores(ctx, done)
  if (isJson) {
    const cells = done.cells.map(({ label, factorValues }) => ({ label, factorValues }))
    console.log(JSON.stringify({ id: done.id, url, state: done.state, seeds: done.seeds, cells, rows, chance, times }))
  } else {
    console.log(`${done.name}: mean ± standard deviation (seeds ${done.seeds.join(', ')}), test split, percent unless a count\n`)
    console.log(writeTable(rows, done.cells.map(({ label }) => `dictionary ${label}`), chance)) // prettier-ignore
    console.log(`\nFirst score after ${inWords(times.firstScoreSeconds)}, first complete cell after ${inWords(times.firstCellSeconds)}, all runs after ${inWords(times.allSeconds)}. ${url}`) // prettier-ignore
  }
  if (done.state !== 'succeeded') throw new Error(`The ablation ended as ${done.state}: its page says why.`)
}

/** Shows what happens until nothing more will. */
async function follow(first: AblationDetail): Promise<AblationDetail> {
  let shown = ''
  for (let now = first; ; now = await getAblation(ctx, { id: first.id })) {
    const line = describe(now)
    if (line !== shown) say(line)
    shown = line
    if (now.state !== 'queued' && now.state !== 'running') return now
    await wait(1000)
  }
}

function describe({ stagesDone, stagesTotal, etaSeconds, cells }: AblationDetail): string {
  const running = new Map<string, string>()
  for (const { label, runs } of cells) {
    for (const { seed, stages } of runs) {
      for (const { stageId, kind, status, progress } of stages) {
        // In steps of ten: a log keeps every line.
        const tenths = Math.floor(progress * 10) * 10
        if (status === 'running') running.set(stageId, `${stageLabels[kind]} of ${label} seed ${seed} ${tenths} %`)
      }
    }
  }
  const left = etaSeconds === null ? '' : `, about ${Math.max(1, Math.ceil(etaSeconds / 60))} min left`
  return `${stagesDone} of ${stagesTotal} stages${left}${running.size > 0 ? `: ${[...running.values()].join('; ')}` : ''}`
}

interface Milestones {
  /** From the launch; null where it never came, 0 where it was there already. */
  firstScoreSeconds: number | null
  firstCellSeconds: number | null
  allSeconds: number | null
}

async function milestones({ db }: Context, { createdAt, cells }: AblationDetail): Promise<Milestones> {
  const ids = cells.flatMap(({ runs }) => runs.flatMap(({ stages }) => stages.map(({ stageId }) => stageId)))
  const rows = await db.stage.findMany({
    where: { id: { in: ids }, status: 'succeeded' },
    select: { id: true, kind: true, finishedAt: true },
  })
  const ends = new Map(rows.map(({ id, finishedAt }) => [id, Math.max(0, ((finishedAt?.getTime() ?? 0) - createdAt.getTime()) / 1000)]))
  const last = (stageIds: string[]) =>
    stageIds.every((id) => ends.has(id)) ? Math.max(...stageIds.map((id) => ends.get(id) as number)) : null
  const least = (values: (number | null)[]) => {
    const found = values.filter((value) => value !== null)
    return found.length === 0 ? null : Math.min(...found)
  }
  return {
    firstScoreSeconds: least(rows.filter(({ kind }) => kind !== 'pretrain').map(({ id }) => ends.get(id) ?? null)),
    firstCellSeconds: least(cells.map(({ runs }) => last(runs.flatMap(({ stages }) => stages.map(({ stageId }) => stageId))))),
    allSeconds: last(ids),
  }
}

/** What drawing lots would give in retrieval, with this test split. */
async function chanceScores({ db }: Context, { datasets }: AblationDetail): Promise<Record<string, number>> {
  const versionId = datasets.find(({ kind }) => kind === 'retrieval')?.versionId
  if (!versionId) return {}
  const captions = await db.example.count({ where: { versionId, kind: 'caption', split: 'test' } })
  const images = await db.datasetImage.count({
    where: { versionId, examples: { some: { example: { kind: 'caption', split: 'test' } } } },
  })
  if (images === 0) return {}
  const chance: Record<string, number> = {}
  for (const k of [1, 10]) {
    chance[`retrieval/test/tr.r${k}`] = chanceRecall(k, captions / images, captions)
    chance[`retrieval/test/ir.r${k}`] = chanceRecall(k, 1, images)
  }
  return chance
}

function inWords(seconds: number | null): string {
  return seconds === null ? '—' : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  await closeQueue()
  await closeDb()
}
