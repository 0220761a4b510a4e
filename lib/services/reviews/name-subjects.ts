import type { Db } from '#lib/db'
import { Configuration } from '#lib/soho/config'
import type { StoredSubject, SubjectType } from './subject.ts'

/** A subject as a list names it. Null where it no longer exists. */
export interface NamedSubject {
  subjectType: SubjectType
  ablation: { id: string; name: string }
  /** Of a codeword: the newest run with its dictionary. */
  run: { id: string; seed: number; dictionarySize: number } | null
  code: number | null
}

const runFields = { id: true, seed: true, configuration: true, ablation: { select: { id: true, name: true } } } as const

/** By `<type>:<id>`, a few queries for all of them. */
export async function nameSubjects(db: Db, subjects: readonly StoredSubject[]): Promise<Map<string, NamedSubject>> {
  const idsOf = (type: SubjectType) => subjects.filter(({ subjectType }) => subjectType === type).map(({ subjectId }) => subjectId)
  const stageIds = idsOf('codeword').map((id) => id.split(':')[0] ?? '')
  const [ablations, runs, stages] = await Promise.all([
    db.ablation.findMany({ where: { id: { in: idsOf('ablation') } }, select: { id: true, name: true } }),
    db.run.findMany({ where: { id: { in: idsOf('run') } }, select: runFields }),
    db.stage.findMany({
      where: { id: { in: stageIds } },
      select: { id: true, runs: { orderBy: { runId: 'desc' }, take: 1, select: { run: { select: runFields } } } },
    }),
  ])
  const named = new Map<string, NamedSubject>()
  for (const ablation of ablations) named.set(`ablation:${ablation.id}`, { subjectType: 'ablation', ablation, run: null, code: null })
  for (const run of runs) named.set(`run:${run.id}`, { subjectType: 'run', ...toNames(run), code: null })
  const runOfStage = new Map(stages.map(({ id, runs: [first] }) => [id, first?.run]))
  for (const id of idsOf('codeword')) {
    const [stageId = '', code] = id.split(':')
    const run = runOfStage.get(stageId)
    if (run) named.set(`codeword:${id}`, { subjectType: 'codeword', ...toNames(run), code: Number(code) })
  }
  return named
}

interface RunRow {
  id: string
  seed: number
  configuration: unknown
  ablation: { id: string; name: string }
}

function toNames({ id, seed, configuration, ablation }: RunRow): Pick<NamedSubject, 'ablation' | 'run'> {
  return { ablation, run: { id, seed, dictionarySize: Configuration.parse(configuration).dictionary.size } }
}
