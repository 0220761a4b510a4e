import { taskKinds } from '#lib/soho/config'
import type { Configuration } from '#lib/soho/config'
import { stageLabels } from '../stages/stage-kind.ts'
import type { CreateAblationInput } from './create-ablation-input.ts'
import type { SplitCounts } from './count-usable-examples.ts'
import { configurationsOf } from './plan-ablation.ts'
import type { AblationPlan } from './plan-ablation.ts'
import type { PlanDatasetDetails } from './read-plan-datasets.ts'

/** What is likely not meant, in sentences. A launch is possible all the same. */
export function launchWarnings({ seeds }: CreateAblationInput, plan: AblationPlan, datasets: PlanDatasetDetails): string[] {
  const configurations = configurationsOf(plan)
  return [
    ...splitWarnings(datasets),
    ...sizeWarnings(configurations, datasets),
    ...configurations.flatMap(scheduleWarnings),
    ...configurations.flatMap(startWarnings),
    ...(seeds.length === 1 ? ['With one seed a difference cannot be told from chance: take at least two, better three.'] : []),
    ...(taskKinds.every((kind) => !datasets[kind]) ? ['No task has a dataset: the runs will be pre-trained, but not compared.'] : []),
  ].filter((warning, i, all) => all.indexOf(warning) === i)
}

function splitWarnings(datasets: PlanDatasetDetails): string[] {
  return Object.values(datasets).flatMap(({ kind, name, examples, unusable }) => {
    const label = stageLabels[kind]
    const lacks = (split: 'val' | 'test', word: string) =>
      unusable[split] === 0 ? `${name} has no ${word} split` : `${name} has no ${word} example whose image can be read`
    const warnings: string[] = []
    if (examples.val === 0 && kind !== 'pretrain')
      warnings.push(`${label}: ${lacks('val', 'validation')}, so that the last epoch counts instead of the best one.`)
    if (examples.val === 0 && kind === 'pretrain')
      warnings.push(`${label}: ${lacks('val', 'validation')}, so that its losses are not measured.`)
    if (examples.test === 0 && kind !== 'pretrain')
      warnings.push(`${label}: ${lacks('test', 'test')}, so that there will be no test score.`)
    return [...warnings, ...leftOutWarnings(label, name, examples, unusable)]
  })
}

const splitWords = { train: 'training', val: 'validation', test: 'test' } as const

/** Scores over what is left are scores of another dataset than the one that was chosen. */
function leftOutWarnings(label: string, name: string, examples: SplitCounts, unusable: SplitCounts): string[] {
  return (['train', 'val', 'test'] as const).flatMap((split) => {
    if (unusable[split] === 0 || examples[split] === 0) return []
    const all = examples[split] + unusable[split]
    return [
      `${label}: ${unusable[split]} of ${all} ${splitWords[split]} examples of ${name} are left out: their images are missing or unreadable.`,
    ]
  })
}

function sizeWarnings(configurations: Configuration[], { pretrain }: PlanDatasetDetails): string[] {
  if (!pretrain) return []
  return configurations.flatMap(({ dictionary: { size }, image, encoder }) => {
    if (size === 0) return []
    const stride = encoder.kind === 'small' ? 16 : 64
    const tokens = pretrain.images * Math.ceil(image.shortSidePx / stride) * Math.ceil(image.longSidePx / stride)
    return size > tokens
      ? [`A dictionary of ${size} has more codewords than the data have visual tokens (about ${tokens}): most of them will be dead.`]
      : []
  })
}

function startWarnings({ encoder, initial, transformer }: Configuration): string[] {
  const warnings: string[] = []
  if (encoder.coldStartEpochs > 0 && initial.encoder === null)
    warnings.push('The encoder starts from random weights and is frozen at first: choose encoder weights, or no cold-start epochs.')
  if (initial.text !== null && transformer.hiddenSize !== bertHeadWidth * transformer.heads)
    warnings.push(`A head of BERT is ${bertHeadWidth} wide: with another number of heads its layers compute something else.`)
  return warnings
}

const bertHeadWidth = 64

function scheduleWarnings({ dictionary, encoder, pretrain }: Configuration): string[] {
  const warnings: string[] = []
  if (dictionary.size > 0 && dictionary.warmupEpochs >= pretrain.epochs)
    warnings.push('The dictionary begins after the last epoch of pre-training: it would never be used.')
  if (encoder.coldStartEpochs >= pretrain.epochs) warnings.push('The encoder stays frozen through the whole pre-training.')
  if (pretrain.optimizer.schedule === 'milestones' && pretrain.optimizer.milestones.every((epoch) => epoch >= pretrain.epochs))
    warnings.push('No milestone of the pre-training lies before its last epoch: the learning rate never falls.')
  return warnings
}
