import { expect, test } from 'vitest'
import { createTextClassifier } from './text-classifier.ts'

test('the textbook’s example: Chinese documents, and one that says Tokyo and Japan but Chinese three times', () => {
  // Manning, Raghavan, Schütze (2008), example 13.1: p(c | d5) ∝ 0.0003, p(not c | d5) ∝ 0.0001.
  const classifier = createTextClassifier()
  classifier.learn('Chinese Beijing Chinese', 'china')
  classifier.learn('Chinese Chinese Shanghai', 'china')
  classifier.learn('Chinese Macao', 'china')
  classifier.learn('Tokyo Japan Chinese', 'other')
  expect(classifier.predict('Chinese Chinese Chinese Tokyo Japan')).toBe('china')
  // 1/4 · (1/9 · 2/9) = 1/162 against 3/4 · (1/14)² = 3/784.
  expect(classifier.predict('Tokyo Japan')).toBe('other')
})

test('words decide where they tell something, the most frequent label where they do not', () => {
  const classifier = createTextClassifier()
  expect([classifier.predict('anything'), classifier.majority()]).toEqual([null, null])
  for (const [text, label] of [
    ['it is not so', 'no'],
    ['nobody is there', 'no'],
    ['somebody is there', 'yes'],
    ['it is so', 'yes'],
    ['they are', 'yes'],
  ] as const)
    // prettier-ignore
    classifier.learn(text, label)
  expect(classifier.predict('Nobody, NOT one!')).toBe('no')
  expect(classifier.predict('unheard words')).toBe('yes')
  expect(classifier.predict('')).toBe('yes')
  expect(classifier.majority()).toBe('yes')
})

test('labels that are not asked for, and words beyond the limit, are not learned', () => {
  const classifier = createTextClassifier({ labels: ['2', '3'], words: 2 })
  classifier.learn('how many', 'many')
  for (const _ of [1, 2, 3, 4]) classifier.learn('dogs cats', '3')
  for (const _ of [1, 2, 3]) classifier.learn('mice', '2')
  expect(classifier.predict('dogs cats')).toBe('3')
  expect(classifier.predict('mice')).toBe('3')
  expect(classifier.predict('how many')).toBe('3')
})
