import type { Context } from '#lib/services/context'
import type { LabelBalance, TextOnlyScore } from '#lib/services/checks/check-summary'
import { listFrequentLabels } from '#lib/services/checks/list-frequent-labels'
import { readLabelledTexts } from '#lib/services/checks/read-check-texts'
import { createTextClassifier, type TextClassifier } from '#lib/stats/text-classifier'
import { wilsonInterval } from '#lib/stats/wilson'
import type { WorkState } from '../work-state.ts'

/** Of thousands of answers the most frequent ones are learned; the others count as missed. */
const learnedLabels = 200
/** The text tells something when its accuracy is certain to lie above the most frequent label's by more than this. */
const margin = 0.02

type Kind = LabelBalance['kind']

/** How much of the labels can be guessed without the image: learned from the training splits, measured on the others. */
export async function scoreTextOnly(ctx: Context, versionId: string, labels: LabelBalance[], state: WorkState): Promise<TextOnlyScore[]> {
  const scores: TextOnlyScore[] = []
  for (const kind of new Set(labels.map((balance) => balance.kind))) {
    const of = (...splits: string[]) => labels.filter((balance) => balance.kind === kind && splits.includes(balance.split))
    const total = of('train', 'restval').reduce((sum, balance) => sum + balance.total, 0)
    if (total === 0) continue
    state.begin(`Learning labels from the text alone (${kind})`, total)
    const classifier = await learn(ctx, versionId, kind, state)
    for (const { split } of of('val', 'test')) scores.push(await measure(ctx, { versionId, kind, split }, classifier, state))
  }
  return scores
}

async function learn(ctx: Context, versionId: string, kind: Kind, state: WorkState): Promise<TextClassifier> {
  const classifier = createTextClassifier({ labels: await listFrequentLabels(ctx, { versionId, kind, limit: learnedLabels }) })
  for await (const batch of readLabelledTexts(ctx, { versionId, kind, splits: ['train', 'restval'] })) {
    for (const { text, label } of batch) classifier.learn(text, label)
    state.advance(batch.length)
  }
  return classifier
}

async function measure(
  ctx: Context,
  of: { versionId: string; kind: Kind; split: LabelBalance['split'] },
  classifier: TextClassifier,
  state: WorkState,
): Promise<TextOnlyScore> {
  const majority = classifier.majority()
  let [total, right, frequent] = [0, 0, 0]
  for await (const batch of readLabelledTexts(ctx, { versionId: of.versionId, kind: of.kind, splits: [of.split] })) {
    for (const { text, label } of batch) {
      if (classifier.predict(text) === label) right += 1
      if (majority === label) frequent += 1
    }
    total += batch.length
    state.signal.throwIfAborted()
  }
  const isTelling = wilsonInterval(right, total).low > frequent / total + margin
  return { kind: of.kind, split: of.split, total, accuracy: right / total, majority: frequent / total, isTelling }
}
