import { presets } from '../presets.ts'
import type { Configuration } from '../config.ts'
import type { EncoderPlan } from '../model/encoder-plan.ts'
import { createSoho } from '../model/soho.ts'
import type { Soho } from '../model/soho.ts'
import { addPretrainHeads } from '../pretrain/losses.ts'
import type { Golden } from './golden.ts'
import { modelName } from './reference-layout.ts'
import { loadGiven, ownBookkeeping } from './run-part.ts'

/** What a whole-model case sets: sizes from `hyper`, the variant from the parameters it has. */
export interface Setting {
  configuration: Configuration
  plan: EncoderPlan
  vocabularySize: number
  /** The released code's variant: rows move before they are read, padding counts, the matching head has no bias. */
  isOfficial: boolean
  neckEpsilon: number
}

export function settingOf(golden: Golden): Setting {
  const isOfficial = golden.has('buffer/neck.count_ema')
  const [tiny, { hyper }] = [presets.tiny, golden.entry]
  const isFed = !golden.has('param/neck.pos_line.weight')
  const size = golden.size('K')
  const decay = Number(/\d[\d.]*/.exec(String(hyper['dictionary']))?.[0])
  const configuration: Configuration = {
    ...tiny,
    encoder: { ...tiny.encoder, freezeStem: golden.size('frozen_stages') > 0 },
    neck: {
      kind: isFed ? 'dictionary' : golden.has('param/neck.gate_fc.weight') ? 'gated' : 'sum',
      pool: isOfficial ? 'before-convolution' : 'after-convolution',
      batchNorm: golden.has('param/neck.bn.weight'),
    },
    dictionary: { ...tiny.dictionary, size, decay, update: isOfficial ? 'smoothed-ema' : 'mean', start: 'random', revive: false },
    transformer: {
      ...{ layers: golden.size('layers'), hiddenSize: golden.size('hidden'), heads: golden.size('heads') },
      ...{ feedForwardSize: golden.size('intermediate'), dropout: 0 },
    },
    text: { ...tiny.text, vocabularySize: golden.size('vocab'), maxTokens: golden.size('max_positions'), maxTokensLong: 4 },
    pretrain: {
      ...tiny.pretrain,
      mlmHead: golden.has('param/heads.mlm.dense.weight') ? 'bert' : 'tied-linear',
      mvmHead: golden.has('param/heads.mvm.weight') ? 'linear' : 'cosine',
    },
  }
  return { configuration, plan: planOf(golden), vocabularySize: golden.size('vocab'), isOfficial, neckEpsilon: golden.size('neck_ln_eps') }
}

function planOf(golden: Golden): EncoderPlan {
  const side = golden.get('param/backbone.conv1.weight').shape[2] as 3 | 7
  const [blocks, widths] = ['backbone_blocks', 'backbone_widths'].map((name) => golden.entry.hyper[name] as number[]) as [
    number[],
    number[],
  ]
  const block = golden.has('param/backbone.layer1.0.conv3.weight') ? 'bottleneck' : 'basic'
  return { stem: { side, width: golden.size('stem_channels'), pool: side === 7 }, block, blocks, widths }
}

export function buildModel(golden: Golden, { configuration, plan, vocabularySize }: Setting): Soho {
  const model = createSoho(configuration, { vocabularySize, seed: 1, plan })
  addPretrainHeads(model, vocabularySize, golden.has('param/heads.itm.bias'))
  loadGiven(model.parameters, golden, modelName, ownBookkeeping)
  return model
}
