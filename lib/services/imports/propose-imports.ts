import {
  fileRoles,
  formatCatalog,
  splitLabels,
  splits,
  type FileRole,
  type FormatDescription,
  type ImportFormat,
  type Split,
} from './format-catalog.ts'
import type { ListedFolder } from './list-folder.ts'
import { recogniseFile, type FileLook, type RecognisedFile } from './recognise-file.ts'
import { sampleNames } from './sample-names.ts'

export interface ProposedFile {
  role: FileRole
  split: Split | null
  /** Inside the folder. */
  path: string
  sizeBytes: number
}

/** An import that a folder has the files for. */
export interface Proposal {
  format: ImportFormat
  label: string
  files: ProposedFile[]
  /** What the import would lack, a sentence each. */
  missing: string[]
  /** Files that would do as well; the first of each place is taken. */
  leftOut: string[]
}

export interface Proposals {
  proposals: Proposal[]
  /** Files that no import reads, with the reason. */
  unread: { path: string; reason: string }[]
}

type Candidate = FileLook & RecognisedFile

/** Which formats a folder's files make up, which file plays which role, and what is missing. Pure, apart from the folder's answers. */
export function proposeImports(folder: Pick<ListedFolder, 'looks' | 'hasImage'>): Proposals {
  const candidates: Candidate[] = []
  const unread: Proposals['unread'] = []
  for (const look of folder.looks) {
    const found = recogniseFile(look)
    if ('reason' in found) unread.push({ path: look.path, reason: found.reason })
    else candidates.push(...found.uses.map((use) => ({ ...look, ...use })))
  }
  const proposals = formatCatalog.flatMap((description) => {
    const own = candidates.filter(({ format }) => format === description.format)
    const isWanted = description.roles.some((role) => role.isRequired && own.some((file) => file.role === role.role))
    return isWanted ? [propose(description, own, folder.hasImage)] : []
  })
  return { proposals, unread }
}

function propose(description: FormatDescription, own: Candidate[], hasImage: ListedFolder['hasImage']): Proposal {
  const places = new Map<string, Candidate[]>()
  for (const file of own.toSorted(preference(own))) {
    const role = description.roles.find((known) => known.role === file.role)
    if (role?.isPerSplit && file.split === null) continue
    const place = `${file.role} ${file.split ?? ''}`
    places.set(place, [...(places.get(place) ?? []), file])
  }
  const taken = [...places.values()].flatMap(([first]) => first ?? []).toSorted((a, b) => order(a) - order(b))
  const leftOut = [...places.values()].flatMap(([first, ...others]) => others.map(({ path }) => `${path}: ${first?.path ?? ''} is taken.`))
  const unsplit = own.filter((file) => file.split === null && description.roles.find(({ role }) => role === file.role)?.isPerSplit)
  return {
    format: description.format,
    label: description.label,
    files: taken.map(({ role, split, path, sizeBytes }) => ({ role, split, path, sizeBytes })),
    missing: [...missingFiles(description, taken), ...taken.flatMap((file) => missingImages(file, hasImage))],
    leftOut: [...leftOut, ...unsplit.map(({ path }) => `${path}: its name does not say which split it is.`)],
  }
}

const order = ({ role, split }: Candidate) => fileRoles.indexOf(role) * 10 + (split === null ? 0 : splits.indexOf(split))

/** Of several files for one place: of the folder and release that most files are of, then the newer one; near the top; the plain name. */
function preference(files: Candidate[]): (a: Candidate, b: Candidate) => number {
  const yearOf = ({ path }: Candidate) => /20\d\d/.exec(path.slice(path.lastIndexOf('/')))?.[0] ?? ''
  const counts = new Map<string, number>()
  const groupOf = (file: Candidate) => `${file.path.slice(0, file.path.lastIndexOf('/') + 1)} ${yearOf(file)}`
  for (const file of files) counts.set(groupOf(file), (counts.get(groupOf(file)) ?? 0) + 1)
  const rank = (file: Candidate) => [
    -(counts.get(groupOf(file)) ?? 0),
    -Number(yearOf(file)),
    file.path.split('/').length,
    file.path.includes('-dev') ? 1 : 0,
  ]
  return (a, b) => {
    const [left, right] = [rank(a), rank(b)]
    const at = left.findIndex((value, i) => value !== right[i])
    if (at >= 0) return (left[at] ?? 0) - (right[at] ?? 0)
    return a.path < b.path ? -1 : 1
  }
}

function missingFiles({ roles }: FormatDescription, taken: Candidate[]): string[] {
  return roles.flatMap(({ role, label, isPerSplit, isRequired }) => {
    const own = taken.filter((file) => file.role === role)
    if (!isPerSplit)
      return own.length > 0 ? [] : isRequired ? [`No file of ${label.toLowerCase()}.`] : [`No ${label.toLowerCase()} (optional).`]
    // Optional beside a required file of the split: answers beside questions.
    const wanted = isRequired ? (['train', 'val', 'test'] as const) : [...new Set(taken.flatMap((file) => file.split ?? []))]
    const absent = wanted.filter((split) => !own.some((file) => file.split === split))
    return absent.length === 0
      ? []
      : [`No ${label.toLowerCase()} for ${absent.map((split) => splitLabels[split]).join(', ')}${isRequired ? '' : ' (optional)'}.`]
  })
}

/** A few names from the file's start, looked for among the images. */
function missingImages(file: Candidate, hasImage: ListedFolder['hasImage']): string[] {
  const names = sampleNames(file)
  const absent = names.filter((name) => !name.some(hasImage))
  if (absent.length === 0) return []
  const first = absent[0]?.[0] ?? ''
  const example = typeof first === 'number' ? `the one with the number ${first}` : first
  return [`Of the first ${names.length} images that ${file.path} names, ${absent.length} were not found, such as ${example}.`]
}
