/** What a check can find, in the order in which a report shows it. Pages import this file, so it depends on nothing. */

export interface FindingCode {
  code: string
  label: string
  /** What it means, in a sentence. */
  text: string
  severity: 'warning' | 'notice'
  group: 'leak' | 'duplicate' | 'fault' | 'label'
  /** What an exclusion would leave out; null: nothing. */
  excludes: 'image' | 'example' | null
}

export const findingCodes = [
  {
    code: 'leak-bytes',
    label: 'Test image in training, same file',
    text: 'An image that is trained on has the very bytes of a validation or test image.',
    ...{ severity: 'warning', group: 'leak', excludes: 'image' },
  },
  {
    code: 'leak-coco-id',
    label: 'Test image in training, same COCO id',
    text: 'An image that is trained on names the COCO photo of a validation or test image.',
    ...{ severity: 'warning', group: 'leak', excludes: 'image' },
  },
  {
    code: 'leak-flickr-id',
    label: 'Test image in training, same Flickr id',
    text: 'An image that is trained on names the Flickr photo of a validation or test image.',
    ...{ severity: 'warning', group: 'leak', excludes: 'image' },
  },
  {
    code: 'leak-near',
    label: 'Test image in training, looks the same',
    text: 'An image that is trained on looks like a validation or test image: scaled, or stored anew.',
    ...{ severity: 'warning', group: 'leak', excludes: 'image' },
  },
  {
    code: 'held-out-elsewhere',
    label: 'Test image that another version trains on',
    text: 'A validation or test image of this version is trained on in a version that it was compared with; exclude it there.',
    ...{ severity: 'warning', group: 'leak', excludes: null },
  },
  {
    code: 'duplicate-bytes',
    label: 'Image twice, same file',
    text: 'Two images on the same side of the splits have the same bytes.',
    ...{ severity: 'notice', group: 'duplicate', excludes: 'image' },
  },
  {
    code: 'duplicate-near',
    label: 'Image twice, looks the same',
    text: 'Two images on the same side of the splits look the same.',
    ...{ severity: 'notice', group: 'duplicate', excludes: 'image' },
  },
  {
    code: 'shared-image',
    label: 'Image in another version too',
    text: 'A version that it was compared with has the same image, on the same side of the splits. No fault.',
    ...{ severity: 'notice', group: 'duplicate', excludes: null },
  },
  {
    code: 'duplicate-example',
    label: 'Example twice',
    text: 'The same text with the same label about the same image.',
    ...{ severity: 'notice', group: 'duplicate', excludes: 'example' },
  },
  {
    code: 'unreadable-image',
    label: 'Image missing or unreadable',
    text: 'The image was missing at the import, or cannot be read now; training leaves its examples out.',
    ...{ severity: 'warning', group: 'fault', excludes: 'image' },
  },
  {
    code: 'empty-text',
    label: 'Empty text',
    text: 'The example has no text.',
    ...{ severity: 'warning', group: 'fault', excludes: 'example' },
  },
  {
    code: 'long-text',
    label: 'Absurdly long text',
    text: 'The text has more than 512 characters.',
    ...{ severity: 'warning', group: 'fault', excludes: 'example' },
  },
  {
    code: 'contradictory-label',
    label: 'Contradictory labels',
    text: 'The same text about the same image has another label elsewhere.',
    ...{ severity: 'warning', group: 'label', excludes: 'example' },
  },
] as const satisfies readonly FindingCode[]
export type FindingCodeName = (typeof findingCodes)[number]['code']

export const longestTextCharacters = 512

export function findingCode(code: string): FindingCode | undefined {
  return findingCodes.find((known) => known.code === code)
}

/** Leaks that lie in this version, so that it can be freed of them. */
export const isLeakCode = (code: string): boolean => {
  const known = findingCode(code)
  return known?.group === 'leak' && known.excludes !== null
}
export const leakCodes: string[] = findingCodes.filter(({ code }) => isLeakCode(code)).map(({ code }) => code)
