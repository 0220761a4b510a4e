import { formatCount } from '../../_ui/format'

interface NamedRun {
  size: number
  seed: number
  factors: { label: string; value: string }[]
}

/** A run by its dictionary: `64 codewords, seed 1, learning rate 0.001`. */
export function runName({ size, seed, factors }: NamedRun): string {
  const dictionary = size === 0 ? 'no dictionary' : `${formatCount(size)} codewords`
  return [dictionary, ...factors.map(({ label, value }) => `${label} ${value}`), `seed ${seed}`].join(', ')
}
