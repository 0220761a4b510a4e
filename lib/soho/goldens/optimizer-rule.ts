import { presets } from '../presets.ts'
import type { Parameters } from '../model/parameters.ts'
import { Optimizer } from '../train/optimizer.ts'

/** Sizes that `hyper` gives as numbers; what a run's words say goes before them. */
export interface RuleDefaults {
  betas?: readonly number[]
  momentum?: number
  weightDecayAdamw?: number
  weightDecaySgd?: number
}

/**
 * The optimiser that a run of the reference describes in words: `torch AdamW, eps 1e-6`, `torch SGD, momentum 0.9, weight decay 5e-4`,
 * `global L2 clipping to 2.0`, or the released code's pair: SGD for `backbone.*` at a multiple of the rate, its own AdamW for the rest.
 * Learning rates are 1, to be multiplied by those of each step.
 */
export function optimizerOf(parameters: Parameters, run: string, words: string, defaults: RuleDefaults): Optimizer {
  const number = (pattern: RegExp, otherwise: number, text = words) => Number(pattern.exec(text)?.[1] ?? otherwise)
  const isOfficial = run.includes('official')
  const movesAllBySgd = /sgd/.test(run) && !isOfficial
  // Our own rule trains all but the encoder by AdamW; the reference's runs move everything by one of the two.
  if (!isOfficial) for (const parameter of parameters.all()) parameter.group = movesAllBySgd ? 'encoder' : 'rest'
  const said = /betas (\d[\d.]*)\/(\d[\d.]*)/.exec(words)?.slice(1).map(Number)
  const [beta1 = 0.9, beta2 = 0.999] = said ?? defaults.betas ?? []
  const epsilon = number(/eps ?(\d[\d.]*e-?\d+)/, number(/eps(\d[\d.]*e-?\d+)/, 1e-8, run))
  const configuration = {
    ...presets.tiny.pretrain.optimizer,
    encoder: 'sgd' as const,
    encoderLearningRate: number(/lr x (\d+)/, 1),
    encoderWeightDecay: number(/weight decay (\d[\d.]*(?:e-?\d+)?)/, defaults.weightDecaySgd ?? 0),
    learningRate: 1,
    weightDecay: number(
      isOfficial ? /, decay (\d[\d.]*(?:e-?\d+)?)/ : /weight decay (\d[\d.]*(?:e-?\d+)?)/,
      defaults.weightDecayAdamw ?? 0,
    ),
    clipNorm: number(/(?:clipping to|clipped to global L2 norm) (\d[\d.]*)/, 0),
  }
  const form = isOfficial ? ('reference' as const) : ('pytorch' as const)
  const momentum = number(/momentum (\d[\d.]*)/, defaults.momentum ?? 0)
  return new Optimizer(parameters, configuration, { adamw: { beta1, beta2, epsilon, form }, momentum })
}
