import type { z } from 'zod'
import { invalid } from '#lib/errors'

/** Checks what a caller handed in; on failure says which field and why, in the schema's own words. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields = Object.fromEntries(parsed.error.issues.toReversed().map(({ path, message }) => [path.join('.'), message]))
  const [first] = parsed.error.issues
  throw invalid(first ? `${first.path.join('.') || 'The input'}: ${first.message}` : 'The input is not usable.', fields)
}
