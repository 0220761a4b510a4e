import type { ImageHash } from './image-hash.ts'

/** So many differing bits of 128 still count as the same picture (docs/decisions/031). */
export const nearBits = 12
/** A picture with fewer bits than this, or fewer off than this, is too plain to be told from others. */
const plainBits = 16

const bandCount = 8
const bandBits = 16
const yieldEvery = 2000

/** 128 bits an image, as four words. */
export interface HashTable {
  count: number
  words: Uint32Array
}

export function hashTable(hashes: readonly ImageHash[]): HashTable {
  const words = new Uint32Array(hashes.length * 4)
  for (const [i, { rowHash, columnHash }] of hashes.entries()) {
    const halves = [rowHash >> 32n, rowHash, columnHash >> 32n, columnHash]
    for (const [j, half] of halves.entries()) words[i * 4 + j] = Number(BigInt.asUintN(32, half))
  }
  return { count: hashes.length, words }
}

export function isPlain(table: HashTable, i: number): boolean {
  const bits = bitsSet(table, i)
  return bits < plainBits || bits > 128 - plainBits
}

const bitsSet = ({ words }: HashTable, i: number) =>
  bitCount(words[i * 4] as number) +
  bitCount(words[i * 4 + 1] as number) +
  bitCount(words[i * 4 + 2] as number) +
  bitCount(words[i * 4 + 3] as number)

/** Of pictures with few bits, as drawings on one colour, fewer may differ: a fifth of those that are set. */
export const looksSame = (table: HashTable, a: number, b: number, bits: number): boolean =>
  bits <= nearBits && bits * 10 <= bitsSet(table, a) + bitsSet(table, b)

export function distance({ words }: HashTable, a: number, b: number): number {
  let sum = 0
  for (let j = 0; j < 4; j += 1) sum += bitCount(((words[a * 4 + j] as number) ^ (words[b * 4 + j] as number)) >>> 0)
  return sum
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

/**
 * Every pair of images that differ in at most `limit` bits, each once, without comparing all with all: cut into eight bands of 16 bits,
 * two hashes that differ in at most 15 bits agree in one band up to a single bit, so that 17 look-ups a band find them all.
 * @param onPair `a` < `b`; plain pictures are left out
 */
export async function findNearPairs(
  table: HashTable,
  limit: number,
  onPair: (a: number, b: number, bits: number) => void,
  onProgress: (done: number) => void,
): Promise<void> {
  if (limit > 2 * bandCount - 1) throw new Error(`the index finds at most ${2 * bandCount - 1} differing bits`)
  const bands = Array.from({ length: bandCount }, (_, band) => indexBand(table, band))
  /** The last image that a candidate was compared for, so that it is compared once. */
  const seenFor = new Int32Array(table.count).fill(-1)
  for (let a = 0; a < table.count; a += 1) {
    if (a % yieldEvery === 0) {
      onProgress(a)
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (isPlain(table, a)) continue
    for (const [band, index] of bands.entries()) {
      const key = bandOf(table, a, band)
      for (let flip = -1; flip < bandBits; flip += 1) {
        const near = flip < 0 ? key : key ^ (1 << flip)
        for (let at = index.starts[near] as number; at < (index.starts[near + 1] as number); at += 1) {
          const b = index.images[at] as number
          if (b <= a || seenFor[b] === a) continue
          seenFor[b] = a
          const bits = distance(table, a, b)
          if (bits <= limit) onPair(a, b, bits)
        }
      }
    }
  }
}

/** The images of each of a band's 65,536 values, in one array with the places where a value's images start. */
function indexBand(table: HashTable, band: number): { starts: Int32Array; images: Int32Array } {
  const starts = new Int32Array(2 ** bandBits + 1)
  const kept: number[] = []
  for (let i = 0; i < table.count; i += 1) {
    if (isPlain(table, i)) continue
    kept.push(i)
    const next = bandOf(table, i, band) + 1
    starts[next] = (starts[next] as number) + 1
  }
  for (let key = 0; key < 2 ** bandBits; key += 1) starts[key + 1] = (starts[key + 1] as number) + (starts[key] as number)
  const free = starts.slice()
  const images = new Int32Array(kept.length)
  for (const i of kept) {
    const key = bandOf(table, i, band)
    images[free[key] as number] = i
    free[key] = (free[key] as number) + 1
  }
  return { starts, images }
}

const bandOf = ({ words }: HashTable, i: number, band: number) =>
  ((words[i * 4 + (band >> 1)] as number) >>> (band % 2 === 0 ? bandBits : 0)) & 0xffff
