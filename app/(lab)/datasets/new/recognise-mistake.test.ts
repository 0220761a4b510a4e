import { expect, test } from 'vitest'
import { recogniseMistake } from './recognise-mistake'

const bytes = (text: string) => new TextEncoder().encode(text)

test('a good file of each role passes', () => {
  expect(recogniseMistake('captions', 'd.json', bytes('{"images":[{"filename":"a.jpg","sentences":[]}]}'))).toBeNull()
  expect(recogniseMistake('captions', 'd.json', bytes('{"info":{},"images":[{"file_name":"a.jpg","id":1}]}'))).toBeNull()
  expect(recogniseMistake('questions', 'q.json', bytes('{"questions":[{"question":"Why?","question_id":1}]}'))).toBeNull()
  expect(recogniseMistake('annotations', 'a.json', bytes('{"annotations":[{"answers":[{"answer":"yes"}],"question_id":1}]}'))).toBeNull()
  expect(recogniseMistake('statements', 's.json', bytes('\ufeff{"sentence":"A.","identifier":"dev-1-0-0"}'))).toBeNull()
  expect(recogniseMistake('captions', 'r.token', bytes('1000092795.jpg#0\tTwo young men .'))).toBeNull()
  expect(recogniseMistake('split-list', 'train.lst', bytes('1000092795\n'))).toBeNull()
  expect(recogniseMistake('regions', 'r.json', bytes('[{"id":1,"regions":[{"region_id":1,"phrase":"a clock"}]}]'))).toBeNull()
  expect(recogniseMistake('images', 'i.zip', bytes('PK\u0003\u0004'))).toBeNull()
})

test('what is obviously another thing is said before it is uploaded', () => {
  expect(recogniseMistake('captions', 'd.json', bytes(''))).toBe('d.json is empty.')
  expect(recogniseMistake('captions', 'd.json', bytes('<!DOCTYPE html>'))).toMatch('web page')
  expect(recogniseMistake('captions', 'd.json', bytes('PK\u0003\u0004'))).toMatch('unpack it')
  expect(recogniseMistake('images', 'd.tar', bytes('something'))).toMatch('not a zip file')
  expect(recogniseMistake('annotations', 'q.json', bytes('{"questions":[{"question":"Why?","question_id":1}]}'))).toMatch('swapped')
  expect(recogniseMistake('hypotheses', 'd.json', bytes('{"sentence":"A.","identifier":"dev-1-0-0"}'))).toBe(
    'd.json looks like a file of statements, not of hypotheses.',
  )
})
