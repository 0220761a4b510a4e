import { entailmentLabels } from '../contract.ts'
import type { HypothesisExample, Splits } from '../contract.ts'
import { meanByGroup } from '../eval/mean-by-group.ts'
import { addLinear, linear } from '../model/layers.ts'
import { labelledTask } from './labelled.ts'
import type { Task, TaskSetup } from './task.ts'

/** Entailment, neutral or contradiction: one linear layer on [CLS]. The text premise is never read. */
export function snliVeTask({ configuration, wordPieces }: TaskSetup, examples: Splits<HypothesisExample>): Task {
  const convert = (split: readonly HypothesisExample[]) => split.map((example) => ({ ...example, images: [example.image] }))
  return labelledTask({
    examples: { train: convert(examples.train), val: convert(examples.val), test: convert(examples.test) },
    labels: entailmentLabels,
    wordPieces,
    maximum: configuration.text.maxTokensLong,
    useFeatures: configuration.snliVe.input === 'features',
    addHeads: ({ parameters }) => addLinear(parameters, 'heads.snliVe', configuration.transformer.hiddenSize, entailmentLabels.length),
    logits: (pass, states) => linear(pass, 'heads.snliVe', states),
    extraScores: (chosen, right) => {
      const byLabel = meanByGroup(right.map(Number), (i) => chosen[i]?.label)
      return Object.fromEntries(entailmentLabels.map((name) => [`accuracy.${name}`, byLabel.get(name) ?? null]))
    },
  })
}
