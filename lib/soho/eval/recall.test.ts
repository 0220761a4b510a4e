import { expect, it } from 'vitest'
import { foldRecalls, recalls, retrievalRanks } from './recall.ts'

/** One caption an image; each image's own caption scores 1, and the caption of the image 1,000 places further on scores 2. */
function confusedAcrossFolds(images: number): { scores: Float32Array; owners: number[] } {
  const scores = new Float32Array(images * images)
  for (let image = 0; image < images; image += 1) {
    scores[image * images + image] = 1
    scores[image * images + ((image + 1000) % images)] = 2
  }
  return { scores, owners: Array.from({ length: images }, (_, image) => image) }
}

it('a fold ranks among its own images and captions alone', () => {
  const { scores, owners } = confusedAcrossFolds(2000)
  expect(Object.fromEntries(recalls(retrievalRanks(scores, 2000, owners)))).toMatchObject({
    'tr.r1': 0,
    'tr.r5': 1,
    'ir.r1': 0,
    'ir.r5': 1,
  })
  expect(Object.fromEntries(foldRecalls(scores, 2000, owners))).toMatchObject({ 'tr.r1': 1, 'ir.r1': 1 })
})

it('there are no folds of less than two thousand images, nor of a part of a thousand', () => {
  for (const images of [100, 1000]) expect(foldRecalls(new Float32Array(images * images), images, [])).toEqual([])
  expect(foldRecalls(new Float32Array(0), 2500, [])).toEqual([])
})
