import type { Db } from '#lib/db'
import { Configuration } from '#lib/soho/config'
import { exampleOf, imageOf, type SubjectImage } from './dataset-subject.ts'
import type { StoredSubject, SubjectType } from './subject.ts'

/** A subject as a list names it. Null where it no longer exists. */
export interface NamedSubject {
  subjectType: SubjectType
  /** Of an ablation, a run, a codeword. */
  ablation: { id: string; name: string } | null
  /** Of a codeword: the newest run with its dictionary. */
  run: { id: string; seed: number; dictionarySize: number } | null
  code: number | null
  /** Of an image or an example. */
  picture: SubjectImage | null
}

const nothing = { ablation: null, run: null, code: null, picture: null }

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
  for (const ablation of ablations) named.set(`ablation:${ablation.id}`, { ...nothing, subjectType: 'ablation', ablation })
  for (const run of runs) named.set(`run:${run.id}`, { ...nothing, subjectType: 'run', ...toNames(run) })
  const runOfStage = new Map(stages.map(({ id, runs: [first] }) => [id, first?.run]))
  for (const id of idsOf('codeword')) {
    const [stageId = '', code] = id.split(':')
    const run = runOfStage.get(stageId)
    if (run) named.set(`codeword:${id}`, { ...nothing, subjectType: 'codeword', ...toNames(run), code: Number(code) })
  }
  for (const { subjectType, subjectId } of subjects) {
    if (subjectType !== 'image' && subjectType !== 'example') continue
    const key = `${subjectType}:${subjectId}`
    const picture = named.get(key)?.picture ?? (await (subjectType === 'image' ? imageOf : exampleOf)(db, subjectId))
    if (picture) named.set(key, { ...nothing, subjectType, picture })
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
