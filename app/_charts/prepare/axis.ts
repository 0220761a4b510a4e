/** A value axis with round ticks. `startsAtZero` false must be shown. */
export interface ValueAxis {
  min: number
  max: number
  ticks: number[]
  startsAtZero: boolean
}

interface AxisOptions {
  /** The values cannot leave these bounds, so the axis does not either. */
  lowest?: number
  highest?: number
  tickCount?: number
}

/** Zero is in the picture unless the values use less than a third of the way from it. */
const zeroShare = 1 / 3

/** Decides start, end and ticks from the values to be seen. Null when there is none. */
export function valueAxis(values: readonly number[], options: AxisOptions = {}): ValueAxis | null {
  const found = values.filter(Number.isFinite)
  if (found.length === 0) return null
  const { lowest = -Infinity, highest = Infinity, tickCount = 5 } = options
  const low = Math.max(lowest, Math.min(...found))
  const high = Math.min(highest, Math.max(...found))
  const isPositive = low >= 0
  const fromZero = isPositive && high - low >= zeroShare * high
  const start = fromZero ? 0 : low
  const span = high - start || Math.abs(high) || 1
  const step = roundStep(span / (tickCount - 1))
  const pad = fromZero ? 0 : step / 4
  const min = Math.max(lowest, isPositive ? Math.max(0, floorTo(start - pad, step)) : floorTo(start - pad, step))
  const max = Math.min(highest, ceilTo(high + (fromZero ? step / 20 : pad), step))
  const count = Math.max(1, Math.round((max - min) / step))
  const ticks = Array.from({ length: count + 1 }, (_, i) => tidy(min + i * step)).filter((tick) => tick <= max + step / 1000)
  return { min: tidy(min), max: tidy(max), ticks, startsAtZero: min === 0 }
}

/** 1, 2, 2.5 or 5 times a power of ten, not below the wanted step. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted))
  const factor = [1, 2, 2.5, 5, 10].find((choice) => choice * power >= wanted * 0.999) ?? 10
  return factor * power
}

const floorTo = (value: number, step: number) => Math.floor(value / step + 1e-9) * step
const ceilTo = (value: number, step: number) => Math.ceil(value / step - 1e-9) * step
/** Takes away what binary fractions add. */
const tidy = (value: number) => Number(value.toPrecision(12))

/** Digits that tell neighbouring ticks apart. */
export function tickDigits({ ticks }: ValueAxis): number {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0))
  return Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (isRound(step) ? 0 : 1)))
}

const isRound = (step: number) => {
  const scaled = step / 10 ** Math.floor(Math.log10(step) + 1e-9)
  return Math.abs(scaled - Math.round(scaled)) < 1e-6
}
