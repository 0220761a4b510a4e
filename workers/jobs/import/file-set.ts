import type { ImageLocation } from '#lib/services/datasets/image-location'

export const fileLimits = {
  /** Files of one folder or zip. */
  files: 2_000_000,
  /** One image file. */
  bytes: 64 * 1024 * 1024,
  /** Unpacked size of a zip's entry to its packed size. */
  ratio: 200,
} as const

/** A file of an image folder or zip, by its path inside. */
export interface FileEntry {
  path: string
  /** Whether a record names it. */
  isUsed: boolean
  read: () => Promise<Buffer>
  /** Where it is read again, later. */
  locate: () => ImageLocation
}

export interface FoundFault {
  code: string
  place: string
  reason: string
}

export interface FileSet {
  files: FileEntry[]
  /** Entries that are left out, with the reason. */
  faults: FoundFault[]
}
