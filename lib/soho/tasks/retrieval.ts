import type { CaptionExample, Evaluation, Prediction, Splits } from '../contract.ts'
import { Random } from '../data/random.ts'
import { foldRecalls, medianRank, recalls, retrievalRanks } from '../eval/recall.ts'
import type { RetrievalRanks } from '../eval/recall.ts'
import { classRows, fuse, placesOf, visualRows } from '../model/soho.ts'
import { itmLoss } from '../pretrain/losses.ts'
import { addLinear } from '../model/layers.ts'
import type { Objective } from '../train/step.ts'
import { encodeTexts } from '../model/encode-texts.ts'
import { scorePairs } from './score-pairs.ts'
import type { EvaluationContext, Task, TaskExample, TaskSetup, TaskStep } from './task.ts'

type Caption = CaptionExample & TaskExample
interface Pair {
  image: number
  text: string
  matches: number
}

/** Binary classification of pairs by the matching head inherited from pre-training; every (image, caption) pair is scored by the full model. */
export function retrievalTask({ configuration, wordPieces }: TaskSetup, splits: Splits<CaptionExample>): Task {
  const convert = (split: readonly CaptionExample[]) => split.map((example) => ({ ...example, images: [example.image] }))
  const examples: Splits<Caption> = { train: convert(splits.train), val: convert(splits.val), test: convert(splits.test) }
  const { maxTokens } = configuration.text
  const useFeatures = configuration.retrieval.input === 'features'

  return {
    train: examples.train,
    selection: 'meanRecall',
    addHeads: ({ parameters }) => addLinear(parameters, 'heads.itm', configuration.transformer.hiddenSize, 2),
    objective,
    evaluate,
  }

  /** Each image of a batch with one of its captions, and with captions of other images of the batch. */
  function drawPairs({ batch, seed, step }: Pick<TaskStep, 'batch' | 'seed' | 'step'>): Pair[] {
    const captions = batch.map((i) => examples.train[i] as Caption)
    const byImage = new Map<number, Caption[]>()
    for (const caption of captions) byImage.set(caption.image, [...(byImage.get(caption.image) ?? []), caption])
    const random = new Random(seed, 'retrieval pairs', step)
    const pairs: Pair[] = []
    for (const [image, own] of byImage) {
      pairs.push({ image, text: (own[random.integer(own.length)] as Caption).text, matches: 1 })
      const texts = new Set(own.map(({ text }) => text))
      const others = captions.filter((caption) => caption.image !== image && !texts.has(caption.text))
      for (let n = 0; n < configuration.retrieval.negativesPerPair && others.length > 0; n += 1) {
        pairs.push({ image, text: (others[random.integer(others.length)] as Caption).text, matches: 0 })
      }
    }
    return pairs
  }

  function objective(task: TaskStep): Objective & { terms: number } {
    const { pass, model, seen, slot } = task
    const own = new Set(task.examples.map((i) => examples.train[i]?.image))
    const pairs = drawPairs(task).filter(({ image }) => own.has(image))
    const { places, valid } = placesOf(
      seen,
      pairs.map(({ image }) => slot(image)),
    )
    const text = encodeTexts(
      wordPieces,
      pairs.map((pair) => pair.text),
      maxTokens,
    )
    const wanted = classRows(text.pairs, text.length + places.length / text.pairs)
    const fused = fuse(model, pass, text, visualRows(pass, seen, false), places, valid, wanted)
    const { loss, accuracy } = itmLoss(
      pass,
      fused,
      Int32Array.from(pairs, ({ matches }) => matches),
    )
    return { loss, report: { accuracy }, terms: pairs.length }
  }

  async function evaluate(context: EvaluationContext): Promise<Evaluation> {
    const all = examples[context.split]
    const imageIds = [...new Set(all.map(({ image }) => image))]
    // A limit counts pairs: k images with all their captions make about k * k * captions-an-image pairs.
    const perImage = all.length / Math.max(1, imageIds.length)
    const kept =
      context.limit === null ? imageIds.length : Math.min(imageIds.length, Math.max(2, Math.floor(Math.sqrt(context.limit / perImage))))
    const images = imageIds.slice(0, kept)
    const order = new Map(images.map((image, i) => [image, i]))
    const captions = all.filter(({ image }) => order.has(image))
    const texts = captions.map(({ text }) => text)
    const { model, images: source, pauses } = context
    const scores = await scorePairs({ model, source, images, texts, wordPieces, maximum: maxTokens, useFeatures, pauses })
    const owners = captions.map(({ image }) => order.get(image) as number)
    const evaluation = report(context.split, images, captions, retrievalRanks(scores, images.length, owners))
    for (const [name, recall] of foldRecalls(scores, images.length, owners)) evaluation.scores[`fold.${name}`] = recall
    return evaluation
  }
}

function report(split: 'val' | 'test', images: number[], captions: Caption[], ranks: RetrievalRanks): Evaluation {
  const found = recalls(ranks)
  const scores: Record<string, number | null> = {
    ...Object.fromEntries(found),
    'tr.medianRank': medianRank(ranks.text),
    'ir.medianRank': medianRank(ranks.image),
    meanRecall: found.reduce((sum, [, recall]) => sum + recall, 0) / found.length,
  }
  const predictions: Prediction[] = [
    ...images.map((image, i): Prediction => ({ exampleId: null, image, answer: null, score: null, rank: ranks.text[i] ?? null })),
    ...captions.map(({ exampleId }, i): Prediction => ({
      exampleId,
      image: null,
      answer: null,
      score: null,
      rank: ranks.image[i] ?? null,
    })),
  ]
  return { split, exampleCount: captions.length, scores, predictions }
}
