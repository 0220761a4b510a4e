/** PostgreSQL keeps no NUL and no half of a surrogate pair. */
export function storableText(text: string): string {
  // Nearly every text is: asking first is much cheaper than replacing nothing.
  return unstorable.test(text) ? text.replaceAll(everyUnstorable, '\u{fffd}') : text
}

const unstorable = /[\0\ud800-\udfff]/
const everyUnstorable = /\0|\p{Surrogate}/gu

/** The object with every text of its own made storable. */
export function storable<T extends object>(row: T): T {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'string' ? storableText(value) : (value as unknown)]),
  ) as T
}
