import { describe, expect, it } from 'vitest'
import { hasNativeBackend } from '../nn/native-backend.ts'
import { fusedKernels } from '../nn/fused-kernels.ts'
import { plainKernels } from '../nn/plain-kernels.ts'
import type { GoldenEntry } from './golden.ts'
import { modelFamilies } from './model-families.ts'
import { ownGoldens, readIndex } from './read-golden.ts'
import { familyOf, runGolden } from './run-goldens.ts'
import type { Families } from './run-goldens.ts'

const index = readIndex(ownGoldens)
const failures = (entry: GoldenEntry, families: Families, kernels = plainKernels) =>
  runGolden(ownGoldens, entry, families, [kernels]).filter(({ passed }) => !passed)

/** Those of `lib/stats` are checked there. */
const ofTheModel = index.filter(({ name }) => !name.startsWith('statistics'))
const withKernels = ofTheModel.filter(({ name }) => familyOf(name, modelFamilies)?.usesKernels !== false)
const others = ofTheModel.filter((entry) => !withKernels.includes(entry))

it('the index has cases of every family', () => {
  const found = new Set(ofTheModel.map(({ name }) => familyOf(name, modelFamilies)))
  expect([...found].filter((family) => family !== null).length).toBe(Object.keys(modelFamilies).length)
  expect(hasNativeBackend()).toBe(true)
})

describe.each([plainKernels, fusedKernels])('$name kernels give the reference values', (kernels) => {
  it.each(withKernels)('$name', (entry) => expect(failures(entry, modelFamilies, kernels)).toEqual([]))
})

describe('the reference values of what needs no kernels', () => {
  it.each(others)('$name', (entry) => expect(failures(entry, modelFamilies)).toEqual([]))
})

describe('what is not checked fails', () => {
  const [entry] = others as [GoldenEntry]
  const family = { usesKernels: false, check: () => undefined }

  it.each([
    ['a case of an unknown family', { ...entry, name: 'quantum-annealing' }, modelFamilies, /no family/],
    ['a check that compares nothing', { ...entry, files: [], tensors: {} }, { [entry.name]: family }, /nothing was compared/],
    ['an expected array that nobody reads', entry, { [entry.name]: family }, /^not checked: output\//],
    ['a missing file', { ...entry, files: ['nowhere.safetensors'] }, modelFamilies, /nowhere\.safetensors: missing/],
    ['a file that is none', { ...entry, files: ['README.md'] }, modelFamilies, /README\.md: not a valid safetensors file/],
    ['an array that the file lacks', { ...entry, tensors: { 'input/x': { file: 'a', shape: [1] } } }, modelFamilies, /lacks input\/x/],
  ])('%s', (_, entry, families, reason) => {
    expect(failures(entry, families)[0]?.what).toMatch(reason)
  })
})
