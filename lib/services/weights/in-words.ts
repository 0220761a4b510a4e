import type { WeightFileView } from './weight-file-view.ts'

const kinds: Record<WeightFileView['kind'], string> = {
  resnet18: 'ResNet-18',
  resnet50: 'ResNet-50',
  resnet101: 'ResNet-101',
  bert: 'BERT',
  soho: 'a model of this lab',
  vocabulary: 'vocabulary',
  unknown: 'nothing known',
}

/** What a registered file holds, in a few words: `BERT, 12 layers of 768, 30,522 words, MLM head; 2 ignored`. */
export function inWords({ kind, summary }: Pick<WeightFileView, 'kind' | 'summary'>): string {
  const { encoder, text, pieces, isCased, ignoredCount, extraCount } = summary
  const count = (value: number) => value.toLocaleString('en-US')
  const parts = [kinds[kind]]
  if (pieces !== null) parts.push(`${count(pieces)} word pieces`)
  if (isCased) parts.push('made for cased text, which the lab writes small')
  if (encoder && kind === 'soho') parts.push(`encoder ${encoder}`)
  if (text) parts.push(`${text.layers} layers of ${text.hiddenSize}`, `${count(text.vocabularySize)} words`)
  if (text?.hasMlmHead) parts.push('MLM head')
  const rest = [ignoredCount > 0 && `${ignoredCount} ignored`, extraCount > 0 && `${extraCount} not known`].filter(Boolean)
  return [parts.join(', '), ...rest].join('; ')
}
