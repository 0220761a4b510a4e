/** What an image is used for, in words. */
export function splitText(splits: readonly string[]): string {
  return splits.length === 0 ? 'shown by no example' : splits.join(', ')
}
