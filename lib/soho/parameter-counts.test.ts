import { expect, it } from 'vitest'
import { presets } from './presets.ts'
import { addPretrainHeads } from './pretrain/losses.ts'
import { planSoho } from '../../tests/parameter-plan.ts'
import { createSoho } from './model/soho.ts'

/** torchvision's networks without their classifiers, and BERT-base's parts, counted there. */
const networks = { resnet18: 11_176_512, resnet50: 23_508_032, resnet101: 42_500_160 } as const
const bertLayer = 7_087_872
const bertVocabulary = 30_522

it.each(Object.entries(networks))('%s has the parameters of torchvision', (kind, wanted) => {
  const configuration = { ...presets.ablation, encoder: { ...presets.ablation.encoder, kind: kind as keyof typeof networks } }
  expect(planSoho(configuration, bertVocabulary).count('encoder')).toBe(wanted)
})

it.each([
  ['ablation', 3],
  ['paper', 12],
] as const)('%s has %d layers of BERT-base and its words', (name, layers) => {
  const plan = planSoho(presets[name], bertVocabulary)
  expect(plan.count('rest', 'bert.encoder.')).toBe(layers * bertLayer)
  expect(plan.count('rest', 'bert.embeddings.word_embeddings')).toBe(bertVocabulary * 768)
  expect(plan.count('buffer', 'neck.codebook')).toBe(2048 * 768 + 2048)
})

it('the presets have as many trained parameters as ever', () => {
  const trained = (name: keyof typeof presets, words: number) => {
    const plan = planSoho(presets[name], words)
    return plan.count('encoder') + plan.count('rest')
  }
  expect([trained('tiny', 258), trained('ablation', bertVocabulary), trained('paper', bertVocabulary)]).toEqual([
    982_372, 58_504_828, 154_798_972,
  ])
})

it('a plan names the arrays of the model it plans', () => {
  const model = createSoho(presets.tiny, { vocabularySize: 258, seed: 1 })
  addPretrainHeads(model, 258)
  expect(planSoho(presets.tiny, 258).shapes()).toEqual(model.parameters.shapes())
  model.parameters.dispose()
})
