import { stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { invalid } from '#lib/errors'
import { permit } from '../context.ts'
import type { Context } from '../context.ts'
import { parseInput } from '../parse-input.ts'
import type { ImageRoot, ImportFile } from './create-import-input.ts'
import { resolveDataPath } from './data-roots.ts'
import { listFolder, type ListedFolder } from './list-folder.ts'
import { proposeImports, type Proposal, type Proposals } from './propose-imports.ts'

export const InspectFolderInput = z.strictObject({ path: z.string().trim().min(1, 'Name a folder.').max(4096) })

export interface FolderImport extends Omit<Proposal, 'files'> {
  files: (ImportFile & { path: string; sizeBytes: number })[]
  imageRoots: (ImageRoot & { path: string; imageCount: number })[]
}

export interface InspectedFolder {
  path: string
  /** Imports that its files make up; none: nothing was recognised. */
  imports: FolderImport[]
  unread: Proposals['unread']
  imageCount: number
  /** False: it holds more than was looked at, and counts are at least so much. */
  isWhole: boolean
  /** Folders in it that can be looked at instead. */
  folders: string[]
}

/** Looks at a folder below an allowed root and says what can be imported from it. Reads a few KiB of each file, and writes nothing. */
export async function inspectFolder(ctx: Context, input: z.input<typeof InspectFolderInput>): Promise<InspectedFolder> {
  permit(ctx, 'editor')
  const folder = await resolveDataPath(parseInput(InspectFolderInput, input).path)
  if (!(await stat(folder)).isDirectory()) throw invalid(`${folder} is a file: name its folder.`)
  const listed = await listFolder(folder).catch((error: Error) => {
    throw invalid(`${folder} cannot be looked at: ${error.message}`)
  })
  const imageRoots = rootsIn(folder, listed)
  // Where there is no image at all, that is said once.
  const hasImage = imageRoots.length > 0 ? listed.hasImage : () => true
  const { proposals, unread } = proposeImports({ looks: listed.looks, hasImage })
  const imports = proposals.map(({ files, missing, ...proposal }) => ({
    ...proposal,
    files: files.map((file) => ({ ...file, name: file.path.slice(-255), path: path.join(folder, file.path) })),
    missing: imageRoots.length > 0 ? missing : ['No images: the texts can be imported, and nothing can be trained on them.', ...missing],
    imageRoots,
  }))
  const { imageCount, isWhole, folders } = listed
  return { path: folder, imports, unread, imageCount, isWhole, folders }
}

const mostRoots = 8

/** The folder itself, where images lie in it, and every zip that holds others: with one of the same, every name would be there twice. */
function rootsIn(folder: string, { imageCount, zips }: ListedFolder): FolderImport['imageRoots'] {
  const own = imageCount > 0 ? [{ name: path.basename(folder) || folder, path: folder, imageCount }] : []
  const packed = zips
    .filter((zip) => zip.imageCount > 0 && !zip.isUnpacked)
    .map((zip) => ({ name: zip.path, path: path.join(folder, zip.path), imageCount: zip.imageCount }))
  return [...own, ...packed].slice(0, mostRoots)
}
