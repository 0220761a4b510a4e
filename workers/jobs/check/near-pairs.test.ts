import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { hashImage } from './image-hash.ts'
import { distance, findNearPairs, hashTable, isPlain, looksSame, nearBits } from './near-pairs.ts'

/** Soft spots of light on a dark ground: like a photograph, mostly low frequencies, another one for each seed. */
async function picture(seed: number, widthPx = 640, heightPx = 480): Promise<Sharp> {
  let state = seed * 2654435761 + 1
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const small = Buffer.from(Array.from({ length: 16 * 12 * 3 }, () => Math.floor(random() * 256)))
  const large = await sharp(small, { raw: { width: 16, height: 12, channels: 3 } })
    .resize(widthPx, heightPx, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer()
  return sharp(large, { raw: { width: widthPx, height: heightPx, channels: 3 } })
}

async function pairsOf(hashes: Awaited<ReturnType<typeof hashImage>>[], limit = nearBits) {
  const found: [number, number, number][] = []
  await findNearPairs(
    hashTable(hashes),
    limit,
    (a, b, bits) => found.push([a, b, bits]),
    () => undefined,
  )
  return found
}

describe('what counts as the same picture', () => {
  test('the same one scaled, stored anew, made greyer or brighter, or turned by a tag; another one does not', async () => {
    const jpeg = await (await picture(1)).jpeg({ quality: 90 }).toBuffer()
    const alike = await Promise.all([
      sharp(jpeg).resize(320, 240).jpeg({ quality: 60 }).toBuffer(),
      sharp(jpeg).resize(200, 150).png().toBuffer(),
      sharp(jpeg).greyscale().webp({ quality: 50 }).toBuffer(),
      sharp(jpeg).linear(0.9, 10).jpeg().toBuffer(),
      sharp(await sharp(jpeg).rotate(270).toBuffer())
        .jpeg({ quality: 95 })
        .withMetadata({ orientation: 6 })
        .toBuffer(),
    ])
    const others = await Promise.all([2, 3, 4].map(async (seed) => (await picture(seed)).jpeg().toBuffer()))
    const table = hashTable(await Promise.all([jpeg, ...alike, ...others].map(hashImage)))
    for (const [i] of alike.entries()) expect(looksSame(table, 0, i + 1, distance(table, 0, i + 1))).toBe(true)
    for (const [i] of others.entries()) expect(distance(table, 0, alike.length + 1 + i)).toBeGreaterThan(3 * nearBits)
  })

  test('plain pictures are never the same, however alike', async () => {
    const plain = await Promise.all(
      ['#ffffff', '#fefefe', '#102030'].map((background) =>
        sharp({ create: { width: 64, height: 64, channels: 3, background } })
          .jpeg()
          .toBuffer(),
      ),
    )
    const hashes = await Promise.all(plain.map(hashImage))
    expect(isPlain(hashTable(hashes), 0)).toBe(true)
    expect(await pairsOf(hashes)).toEqual([])
  })
})

test('the index finds every pair within the limit and no other, as comparing all with all does', async () => {
  let state = 7
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0)
  const word = () => (BigInt(random()) << 32n) | BigInt(random())
  const hashes = Array.from({ length: 400 }, () => ({ rowHash: word(), columnHash: word() }))
  for (let i = 0; i < 400; i += 1) {
    const source = hashes[random() % hashes.length] as (typeof hashes)[number]
    const copy = { ...source }
    for (let flips = random() % 20; flips > 0; flips -= 1) {
      const bit = 1n << BigInt(random() % 64)
      if (random() % 2) copy.rowHash ^= bit
      else copy.columnHash ^= bit
    }
    hashes.push(copy)
  }
  const table = hashTable(hashes)
  const expected: [number, number, number][] = []
  for (let a = 0; a < table.count; a += 1)
    for (let b = a + 1; b < table.count; b += 1) if (distance(table, a, b) <= 15) expected.push([a, b, distance(table, a, b)])
  const found = await pairsOf(hashes, 15)
  const sorted = (pairs: typeof found) => pairs.toSorted(([a, b], [c, d]) => a - c || b - d)
  expect(expected.length).toBeGreaterThan(200)
  expect(sorted(found)).toEqual(sorted(expected))
})
