import { expect, test } from 'vitest'
import { everyImage, readFilter, writeFilter } from './image-filter.ts'

const read = (query: string) => {
  const params = new URLSearchParams(query)
  return readFilter((name) => params.get(name) ?? '')
}

test('an address and its filter say the same, in both directions', () => {
  const query = 'q=red+dog&split=val&label=yes&words-from=3&side-to=640&object=dog&attribute=brown&problem=missing&tag=odd'
  const filter = read(query)
  expect(filter).toMatchObject({ search: 'red dog', split: 'val', minimumWords: 3, maximumSidePx: 640, category: 'dog', tag: 'odd' })
  expect(new URLSearchParams(writeFilter(filter)).toString()).toBe(query)
})

test('what cannot be a value is no filter', () => {
  expect(read('split=holdout&words-from=-3&side-from=wide&problem=ugly&q=++')).toEqual(everyImage)
  expect(writeFilter(everyImage)).toEqual({})
})
