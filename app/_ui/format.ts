/** Numbers as the pages write them. Always the same digits for the same kind of number, in every locale. */
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

export const DASH = '—'

export function formatCount(value: number): string {
  return grouped.format(value)
}

/** A share (0 to 1) as a percentage. */
export function formatPercent(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)} %`
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`
}

/** Seconds in the two largest units that matter: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 1 && seconds > 0) return '< 1 s'
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's')
  if (whole < 86_400) return pair(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min')
  return pair(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h')
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** A score (0 to 1) in per cent with one digit; a dash when it is missing. */
export function formatScore(value: number | null): string {
  return value === null ? DASH : (value * 100).toFixed(1)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const twoDigits = (value: number) => String(value).padStart(2, '0')

/** The moment in the reader's time zone. */
export function formatMoment(at: Date): string {
  return `${formatDay(at)} ${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}:${twoDigits(at.getSeconds())}`
}

function formatDay(at: Date): string {
  return `${at.getDate()} ${months[at.getMonth()]} ${at.getFullYear()}`
}

/** `12 s ago`, `5 min ago`, `3 h ago`, then the day. A moment to come reads `in 2 h`. */
export function formatAge(ageMs: number, at: Date): string {
  const seconds = Math.abs(ageMs) / 1000
  if (seconds >= 7 * 86_400) return formatDay(at)
  if (seconds < 5) return 'now'
  const text = shortDuration(seconds)
  return ageMs < 0 ? `in ${text}` : `${text} ago`
}

function shortDuration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}
