import { describe, expect, test } from 'vitest'
import { conflict } from '#lib/errors'
import { checkOrigin, errorResponse } from './route.ts'

const trusted = () => ['http://127.0.0.1:3000']
const request = (method: string, origin?: string) =>
  new Request('http://127.0.0.1:3000/api/things', { method, headers: origin === undefined ? {} : { origin } })

describe('a write', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s needs the origin of one of our pages', (method) => {
    expect(() => checkOrigin(request(method, 'http://127.0.0.1:3000'), trusted)).not.toThrow()
    for (const origin of [undefined, '', 'null', 'http://127.0.0.1:3001', 'https://127.0.0.1:3000', 'http://127.0.0.1:3000.example.org'])
      expect(() => checkOrigin(request(method, origin), trusted)).toThrow(/does not come from a page of this lab/)
  })
})

test('reading needs no origin', () => {
  expect(() => checkOrigin(request('GET'), trusted)).not.toThrow()
})

test('an error for people keeps its words and its status', async () => {
  const response = errorResponse(conflict('It exists.'))
  expect(response.status).toBe(409)
  expect(await response.json()).toEqual({ error: { code: 'conflict', message: 'It exists.', fields: {} } })
})
