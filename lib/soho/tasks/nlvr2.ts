import { kernels } from '../nn/current-kernels.ts'
import type { Splits, StatementExample } from '../contract.ts'
import { nlvr2Consistency } from '../eval/consistency.ts'
import { addLinear, linear } from '../model/layers.ts'
import { labelledTask } from './labelled.ts'
import type { Task, TaskSetup } from './task.ts'

/** True or false of one to three images: one pass an image, the [CLS] states side by side into an MLP (or one linear layer). */
export function nlvr2Task({ configuration, wordPieces }: TaskSetup, examples: Splits<StatementExample>): Task {
  const width = configuration.transformer.hiddenSize
  const each = examples.train[0]?.images.length ?? 2
  const isMlp = configuration.nlvr2.head === 'mlp'
  const convert = (split: readonly StatementExample[]) => split.map((example) => ({ ...example, label: String(example.label) }))
  return labelledTask({
    examples: { train: convert(examples.train), val: convert(examples.val), test: convert(examples.test) },
    labels: ['false', 'true'],
    wordPieces,
    maximum: configuration.text.maxTokensLong,
    useFeatures: configuration.nlvr2.input === 'features',
    addHeads: ({ parameters }) => {
      if (isMlp) addLinear(parameters, 'heads.nlvr2.dense', each * width, width)
      addLinear(parameters, 'heads.nlvr2.out', isMlp ? width : each * width, 2)
    },
    logits: (pass, states) => {
      const hidden = isMlp ? kernels().gelu(linear(pass, 'heads.nlvr2.dense', states)) : states
      return linear(pass, 'heads.nlvr2.out', hidden)
    },
    extraScores: (chosen, right) => ({
      consistency: chosen.length === 0 ? null : nlvr2Consistency(chosen.map(({ group }, i) => ({ group, right: right[i] === true }))),
    }),
  })
}
