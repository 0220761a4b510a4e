import { expect, it } from 'vitest'
import { namesOf } from './names-of'

it('gathers names that differ in numbers alone, and counts what was not kept', () => {
  const names = ['fc.weight', 'layer1.0.bn1.num_batches_tracked', 'layer2.3.bn2.num_batches_tracked', 'fc.bias']
  expect(namesOf(names, 4)).toBe('fc.weight, layer*.*.bn*.num_batches_tracked (2), fc.bias')
  expect(namesOf(names, 24)).toBe('fc.weight, layer*.*.bn*.num_batches_tracked (2), fc.bias, 20 more')
  expect(namesOf([], 0)).toBe('')
})
