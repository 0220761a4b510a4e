import type { z } from 'zod'
import { invalid } from '#lib/errors'

/** A verb's input, checked. @throws LabError with a message for each field that is wrong */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const fields: Record<string, string> = {}
  for (const { path, message } of parsed.error.issues) fields[path.join('.')] ??= message
  throw invalid(
    `The input is not usable. ${Object.entries(fields)
      .map(([path, message]) => (path ? `${path}: ${message}` : message))
      .join('; ')}.`,
    fields,
  )
}
