/**
 * One counter-based generator: every random number is a function of (seed, purpose, counters), so that order, masks and negatives
 * do not depend on what was drawn before, and a resumed stage draws what an uninterrupted one would have drawn.
 * Mixing: the 32-bit finaliser of MurmurHash3 over a chained key, then SplitMix-style counters.
 */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function hashText(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

/** Two 32-bit words that stand for (seed, purpose, counters). */
export function randomKey(seed: number, purpose: string, ...counters: number[]): [number, number] {
  let a = mix((seed >>> 0) ^ 0x9e3779b9)
  let b = mix(hashText(purpose) ^ Math.floor(seed / 2 ** 32))
  for (const counter of counters) {
    a = mix(a ^ Math.imul(counter + 1, 0x9e3779b1))
    b = mix(b + Math.imul(counter + 1, 0x85ebca77) + a)
  }
  return [a, b]
}

function word(key: readonly [number, number], i: number): number {
  return mix(mix(key[0] + Math.imul(i, 0x9e3779b9)) ^ mix(key[1] + Math.imul(i, 0x6c8e9cf5)))
}

/** `count` numbers in [0, 1) with 24 random bits. */
export function uniformArray(key: readonly [number, number], count: number): Float32Array {
  const values = new Float32Array(count)
  for (let i = 0; i < count; i += 1) values[i] = (word(key, i) >>> 8) / 16777216
  return values
}

/** Draws one after the other from a key. */
export class Random {
  private readonly key: readonly [number, number]
  private drawn = 0

  constructor(seed: number, purpose: string, ...counters: number[]) {
    this.key = randomKey(seed, purpose, ...counters)
  }

  /** In [0, 1). */
  uniform(): number {
    const value = word(this.key, this.drawn)
    this.drawn += 1
    return value / 4294967296
  }

  /** In 0 .. bound - 1. */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound)
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }

  normals(count: number, deviation: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.normal() * deviation)
  }

  /** A permutation of 0 .. count - 1 (Fisher-Yates). */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i)
    for (let i = count - 1; i > 0; i -= 1) {
      const j = this.integer(i + 1)
      const held = order[i] as number
      order[i] = order[j] as number
      order[j] = held
    }
    return order
  }
}
