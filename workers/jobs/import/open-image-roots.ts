import { stat } from 'node:fs/promises'
import { artifactPath } from '#lib/artifacts'
import type { ImageRoot } from '#lib/services/imports/create-import-input'
import { resolveDataPath } from '#lib/services/imports/data-roots'
import type { FoundProblem } from '#lib/services/imports/record-import-progress'
import type { FileSet } from './file-set.ts'
import { openFolder } from './folder-files.ts'
import type { ImportState } from './import-state.ts'
import { openZip } from './zip-files.ts'

/**
 * Lists the files of every folder and zip; one that cannot be read is reported and left out.
 * @param isQuiet the report has it already
 */
export async function openImageRoots(roots: ImageRoot[], state: ImportState, { isQuiet }: { isQuiet: boolean }): Promise<FileSet[]> {
  const sets: FileSet[] = []
  const report = async (problem: FoundProblem) => (isQuiet ? undefined : state.report(problem))
  const tell = (root: ImageRoot, code: string, place: string, reason: string) =>
    report({ severity: 'refused', code, file: root.name, place, field: null, reason, raw: null })
  for (const root of roots) {
    try {
      const set = await openRoot(root, state.signal)
      for (const fault of set.faults) await tell(root, fault.code, fault.place, fault.reason)
      sets.push(set)
    } catch (error) {
      state.signal.throwIfAborted()
      await tell(root, 'images-unreadable', '', `the images cannot be read: ${(error as Error).message}`)
    }
  }
  if (sets.length === 0) {
    const reason = 'no image files were given: the texts are imported, but nothing can be trained on them'
    await report({ severity: 'warning', code: 'no-images', file: '', place: '', field: null, reason, raw: null })
  }
  return sets
}

async function openRoot(root: ImageRoot, signal: AbortSignal): Promise<FileSet> {
  if (root.artifact !== undefined) return openZip({ file: artifactPath(root.artifact), place: { artifact: root.artifact } }, signal)
  const place = await resolveDataPath(root.path ?? '')
  return (await stat(place)).isDirectory() ? openFolder(place, signal) : openZip({ file: place, place: { zip: place } }, signal)
}
