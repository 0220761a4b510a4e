import type { StageKind } from '#lib/soho/config'

export interface MetricInfo {
  name: string
  label: string
  /** Metrics of one panel share an axis. */
  panel: string
  /** Its place in the palette: a metric looks the same on every page. */
  series: number
  format: 'percent' | 'number'
}

const metric = (panel: string, name: string, label: string, series: number, format: MetricInfo['format'] = 'number'): MetricInfo => ({
  name,
  label,
  panel,
  series,
  format,
})

const known: readonly MetricInfo[] = [
  metric('Loss', 'loss', 'total', 7),
  metric('Loss', 'loss.itm', 'ITM', 0),
  metric('Loss', 'loss.mlm', 'MLM', 1),
  metric('Loss', 'loss.mvm', 'MVM', 2),
  metric('Accuracy', 'accuracy', 'batch', 0, 'percent'),
  metric('Accuracy', 'val.accuracy', 'validation', 1, 'percent'),
  metric('Accuracy', 'val.meanRecall', 'validation mean recall', 2, 'percent'),
  metric('Accuracy', 'accuracy.itm', 'ITM', 0, 'percent'),
  metric('Accuracy', 'accuracy.mlm', 'MLM', 1, 'percent'),
  metric('Accuracy', 'accuracy.mvm', 'MVM', 2, 'percent'),
  metric('Dictionary', 'codebook.perplexity', 'perplexity', 3),
  metric('Dictionary', 'codebook.used', 'codewords used', 4),
  metric('Throughput', 'imagesPerSecond', 'images per second', 5),
  metric('Waiting for input', 'inputWaitShare', 'waiting for input', 0, 'percent'),
  metric('Learning rate', 'learningRate', 'learning rate', 6),
  metric('Gradient norm', 'gradientNorm', 'gradient norm', 7),
]
const panels = ['Loss', 'Accuracy', 'Dictionary', 'Throughput', 'Waiting for input', 'Learning rate', 'Gradient norm', 'Other']

/** A metric that is not known by name gets a look of its own from it. */
export function metricInfo(name: string): MetricInfo {
  const found = known.find((info) => info.name === name)
  if (found) return found
  const hash = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 8, 7)
  return metric('Other', name, name, hash)
}

/** Names by panel, panels and metrics in one fixed order. */
export function metricPanels(names: readonly string[]): { title: string; metrics: MetricInfo[] }[] {
  const order = (name: string) => {
    const at = known.findIndex((info) => info.name === name)
    return at < 0 ? known.length : at
  }
  const infos = [...new Set(names)].toSorted((a, b) => order(a) - order(b) || a.localeCompare(b)).map(metricInfo)
  return panels.flatMap((title) => {
    const metrics = infos.filter(({ panel }) => panel === title)
    return metrics.length > 0 ? [{ title, metrics }] : []
  })
}

/** What a stage of this kind records, for choosing before anything is recorded. */
export function metricsOfStage(kind: StageKind): MetricInfo[] {
  const shared = ['imagesPerSecond', 'inputWaitShare', 'learningRate', 'gradientNorm']
  const own =
    kind === 'pretrain'
      ? ['loss', 'loss.itm', 'loss.mlm', 'loss.mvm', 'accuracy.itm', 'accuracy.mlm', 'accuracy.mvm', 'codebook.perplexity', 'codebook.used']
      : ['loss', 'accuracy', kind === 'retrieval' ? 'val.meanRecall' : 'val.accuracy']
  return [...own, ...shared].map(metricInfo)
}

/** `Loss: MVM`; a panel with one metric needs no second name. */
export function metricTitle({ panel, label }: MetricInfo): string {
  return panel.toLowerCase() === label || panel === 'Throughput' ? panel : `${panel}: ${label}`
}

/** Digits by size: curves cross orders of magnitude. */
export function writeMetric(value: number, format: MetricInfo['format']): string {
  if (format === 'percent') return `${(100 * value).toFixed(1)} %`
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(2)
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3)
}
