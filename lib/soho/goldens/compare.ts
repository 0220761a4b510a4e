import type { NamedArray } from '../contract.ts'

export interface Comparison {
  case: string
  what: string
  /** The worst of all elements. NaN where something is not comparable. */
  error: number
  tolerance: number
  passed: boolean
}

/** A gradient below this everywhere is zero but for rounding, and has no scale of its own. */
const zeroGradient = 1e-7
/** Relative to a gradient's own maximum: what float32 keeps through a Transformer of a few layers. */
const ownScaleTolerance = 2e-4

/** Collects what a check compares. */
export class Comparisons {
  readonly all: Comparison[] = []
  private readonly name: string
  private readonly prefix: string

  /** @param prefix of every `what`, such as the kernels in use */
  constructor(name: string, prefix = '') {
    this.name = name
    this.prefix = prefix
  }

  add(what: string, error: number, tolerance: number): void {
    this.all.push({ case: this.name, what: this.prefix + what, error, tolerance, passed: error <= tolerance })
  }

  /** max |a - b| / max(1, max |b|). */
  near(what: string, actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
    this.add(what, worstDifference(actual, wanted) / Math.max(1, largest(wanted)), tolerance)
  }

  /** Each element relative to its wanted value, where that is not zero. */
  relative(what: string, actual: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
    const scales = Array.from(wanted, (value) => (value === 0 ? 1 : value))
    const [a, b] = [actual, wanted].map((values) => Array.from(values, (value, i) => value / (scales[i] ?? 1))) as [number[], number[]]
    this.add(what, worstDifference(a, b), tolerance)
  }

  /** How many elements differ. */
  exact(what: string, actual: ArrayLike<unknown>, wanted: ArrayLike<unknown>): void {
    const differing = Array.from(wanted).filter((value, i) => value !== actual[i]).length
    this.add(what, actual.length === wanted.length ? differing : NaN, 0)
  }

  /** As forward values; and relative to the tensor's own maximum, which the first measure does not see where gradients are small. */
  gradient(what: string, actual: NamedArray | undefined, wanted: NamedArray, tolerance: number): void {
    const scale = largest(wanted.data)
    if (!actual) {
      this.add(`${what} (there is none)`, scale < zeroGradient ? 0 : NaN, tolerance)
      return
    }
    this.near(what, actual.data, wanted.data, tolerance)
    if (scale >= zeroGradient) this.add(`${what}, own scale`, worstDifference(actual.data, wanted.data) / scale, ownScaleTolerance)
  }
}

function worstDifference(actual: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (actual.length !== wanted.length) return NaN
  let worst = 0
  for (let i = 0; i < wanted.length; i += 1) {
    const difference = Math.abs((actual[i] as number) - (wanted[i] as number))
    // Not Math.max alone: a NaN must stay.
    worst = Number.isNaN(difference) ? NaN : Math.max(worst, difference)
    if (Number.isNaN(worst)) return NaN
  }
  return worst
}

function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i += 1) most = Math.max(most, Math.abs(values[i] as number))
  return most
}
