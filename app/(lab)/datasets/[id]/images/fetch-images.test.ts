import { afterEach, expect, test, vi } from 'vitest'
import { fetchImages, NoAnswer } from './fetch-images'

afterEach(() => vi.unstubAllGlobals())

const list = { images: [], total: 7, from: 120 }
const signal = new AbortController().signal

function answer(...answers: (Response | Error)[]) {
  const fetched = vi.fn(async (_address: string) => {
    const next = answers.shift() ?? new Error('asked too often')
    if (next instanceof Error) throw next
    return next
  })
  vi.stubGlobal('fetch', fetched)
  return fetched
}

test('a browser goes on asking while the server looks for the images', async () => {
  const looking = () => Response.json({ images: null }, { status: 202 })
  const fetched = answer(looking(), looking(), Response.json(list))
  expect(await fetchImages('/api/images?q=dog', 120, signal)).toEqual(list)
  expect(fetched.mock.calls.map(([address]) => address)).toEqual(Array(3).fill('/api/images?q=dog&from=120&limit=120'))
})

test('what the server says about a search that failed reaches the reader; a server that is away is told apart', async () => {
  answer(Response.json({ error: { code: 'unavailable', message: 'It took too long.', fields: {} } }, { status: 503 }))
  const failed = await fetchImages('/api/images', 0, signal).catch((error: unknown) => error)
  expect(failed).toMatchObject({ message: 'It took too long.' })
  expect(failed).not.toBeInstanceOf(NoAnswer)
  answer(new Response('<html>', { status: 502 }))
  await expect(fetchImages('/api/images', 0, signal)).rejects.toBeInstanceOf(NoAnswer)
  answer(new TypeError('fetch failed'))
  await expect(fetchImages('/api/images', 0, signal)).rejects.toBeInstanceOf(NoAnswer)
})
