import { z } from 'zod'

/** An entry of a zip, with its place inside: it is read without the archive's directory. */
const entry = {
  entry: z.string(),
  /** Of the entry's local header. */
  offset: z.number().int().nonnegative(),
  packedBytes: z.number().int().nonnegative(),
  isDeflated: z.boolean(),
}

/** Where an image's bytes lie when they are no artifact of their own: a file or a zip below an allowed data root, or an uploaded zip. */
export const ImageLocation = z.union([
  z.strictObject({ path: z.string() }),
  z.strictObject({ zip: z.string(), ...entry }),
  z.strictObject({ artifact: z.hash('sha256'), ...entry }),
])
export type ImageLocation = z.infer<typeof ImageLocation>
export type ZipLocation = Exclude<ImageLocation, { path: string }>

/** From a row's column. */
export const parseLocation = (value: unknown): ImageLocation | null => (value === null ? null : ImageLocation.parse(value))

/** As a message names it. */
export function nameOfLocation(location: ImageLocation): string {
  if ('path' in location) return location.path
  return `${location.entry} in ${'zip' in location ? location.zip : 'the uploaded archive'}`
}
