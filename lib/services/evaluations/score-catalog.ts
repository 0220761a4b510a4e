import type { TaskKind } from '#lib/soho/config'

/** What a score is called, how it is written, and which way is better. */
export interface ScoreInfo {
  name: string
  label: string
  short: string
  task: TaskKind
  format: 'percent' | 'number'
  better: 'higher' | 'lower'
}

const percent = (task: TaskKind, name: string, label: string, short = label): ScoreInfo => ({
  name,
  label,
  short,
  task,
  format: 'percent',
  better: 'higher',
})

const recalls = (prefix: string, of: string, shortOf: string): ScoreInfo[] =>
  [
    ['tr', 'Text'],
    ['ir', 'Image'],
  ].flatMap(([key = '', what = '']) =>
    [1, 5, 10].map((k) =>
      percent('retrieval', `${prefix}${key}.r${k}`, `${what} retrieval R@${k}${of}`, `${key.toUpperCase()} R@${k}${shortOf}`),
    ),
  )

export const scoreCatalog: readonly ScoreInfo[] = [
  ...recalls('', '', ''),
  { ...percent('retrieval', 'tr.medianRank', 'Text retrieval median rank', 'TR median rank'), format: 'number', better: 'lower' },
  { ...percent('retrieval', 'ir.medianRank', 'Image retrieval median rank', 'IR median rank'), format: 'number', better: 'lower' },
  ...recalls('fold.', ', mean of folds of 1,000', ', 1K'),
  percent('vqa', 'accuracy', 'VQA accuracy', 'VQA'),
  percent('vqa', 'accuracy.yesNo', 'VQA yes/no'),
  percent('vqa', 'accuracy.number', 'VQA number'),
  percent('vqa', 'accuracy.other', 'VQA other'),
  percent('vqa', 'accuracy.shuffledImages', 'VQA with shuffled images', 'VQA, shuffled images'),
  percent('vqa', 'accuracy.majority', 'VQA most frequent answer', 'VQA, most frequent'),
  percent('nlvr2', 'accuracy', 'NLVR2 accuracy', 'NLVR2'),
  percent('nlvr2', 'consistency', 'NLVR2 consistency'),
  percent('nlvr2', 'accuracy.shuffledImages', 'NLVR2 with shuffled images', 'NLVR2, shuffled images'),
  percent('nlvr2', 'accuracy.majority', 'NLVR2 majority class', 'NLVR2, majority'),
  percent('snli-ve', 'accuracy', 'SNLI-VE accuracy', 'SNLI-VE'),
  percent('snli-ve', 'accuracy.entailment', 'SNLI-VE entailment'),
  percent('snli-ve', 'accuracy.neutral', 'SNLI-VE neutral'),
  percent('snli-ve', 'accuracy.contradiction', 'SNLI-VE contradiction'),
  percent('snli-ve', 'accuracy.shuffledImages', 'SNLI-VE with shuffled images', 'SNLI-VE, shuffled images'),
  percent('snli-ve', 'accuracy.majority', 'SNLI-VE majority class', 'SNLI-VE, majority'),
]

/** The scores a team compares first; the rest stands in the full table. */
export const headlineScores: readonly { task: TaskKind; name: string }[] = [
  { task: 'retrieval', name: 'tr.r1' },
  { task: 'retrieval', name: 'ir.r1' },
  { task: 'vqa', name: 'accuracy' },
  { task: 'nlvr2', name: 'accuracy' },
  { task: 'snli-ve', name: 'accuracy' },
]

export function scoreInfo(task: TaskKind, name: string): ScoreInfo | null {
  return scoreCatalog.find((score) => score.task === task && score.name === name) ?? null
}

export function writeScore(value: number | null, format: ScoreInfo['format']): string {
  if (value === null) return '—'
  return format === 'percent' ? (100 * value).toFixed(1) : value.toFixed(1)
}
