import { z } from 'zod'

const Text = z.string().trim().max(200).default('')
const Size = z.int().min(1).max(100_000).nullable().default(null)
const Words = z.int().min(1).max(10_000).nullable().default(null)

/**
 * Which images of a version are shown; forms and addresses share it. What is asked of texts (search, split, label, answer, words) has to
 * hold for one and the same example of an image.
 */
export const ImageFilter = z.strictObject({
  /** Words that a text contains, as a web search reads them: `red dog`, `"red dog"`, `dog or cat`, `-cat`. */
  search: Text,
  split: z.enum(['train', 'restval', 'val', 'test']).nullable().default(null),
  label: Text,
  /** One of the annotators' answers. */
  answer: Text,
  minimumWords: Words,
  maximumWords: Words,
  /** Pixels that the shorter side has at least, and the longer one at most. */
  minimumSidePx: Size,
  maximumSidePx: Size,
  /** Of a labelled box; both of the same one. */
  category: Text,
  attribute: Text,
  problem: z.enum(['missing']).nullable().default(null),
  tag: Text,
})
export type ImageFilter = z.infer<typeof ImageFilter>

export const everyImage: ImageFilter = ImageFilter.parse({})

/** Whether texts have to be looked through, or images alone. */
export const asksOfTexts = ({ search, split, label, answer, minimumWords, maximumWords }: ImageFilter): boolean =>
  [search, label, answer].some((text) => text !== '') || [split, minimumWords, maximumWords].some((value) => value !== null)

/** Names in addresses: short, and the same on every page and in the API. */
const names = {
  search: 'q',
  split: 'split',
  label: 'label',
  answer: 'answer',
  minimumWords: 'words-from',
  maximumWords: 'words-to',
  minimumSidePx: 'side-from',
  maximumSidePx: 'side-to',
  category: 'object',
  attribute: 'attribute',
  problem: 'problem',
  tag: 'tag',
} as const satisfies Record<keyof ImageFilter, string>
export const filterNames: Record<keyof ImageFilter, string> = names
const fields = Object.keys(names) as (keyof ImageFilter)[]
const numeric: readonly (keyof ImageFilter)[] = ['minimumWords', 'maximumWords', 'minimumSidePx', 'maximumSidePx']

/** The filter of an address. A value that cannot be one is left out, as if it were not there. */
export function readFilter(valueOf: (name: string) => string): ImageFilter {
  const filter: Record<string, unknown> = {}
  for (const field of fields) {
    const text = valueOf(names[field]).trim()
    if (text === '') continue
    const value = numeric.includes(field) ? Number(text) : text
    if (ImageFilter.safeParse({ [field]: value }).success) filter[field] = value
  }
  return ImageFilter.parse(filter)
}

/** What stands in the address of a filtered view; empty for every image. */
export function writeFilter(filter: ImageFilter): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = filter[field]
      return value === null || value === '' ? [] : [[names[field], String(value)]]
    }),
  )
}
