import type { FolderImport, InspectedFolder } from '#lib/services/imports/inspect-folder'

/** What was found in a folder, a line each. */
export function describeFolder({ path, imports, unread, imageCount, isWhole, folders }: InspectedFolder): string[] {
  const lines = [`${path}: ${isWhole ? '' : 'at least '}${imageCount} image files`]
  if (imports.length === 0) lines.push('No import recognises its files.')
  for (const found of imports) lines.push('', ...describeImport(found))
  if (unread.length > 0) lines.push('', 'Not read:', ...unread.slice(0, 20).map(({ path: file, reason }) => `  ${file}: ${reason}`))
  if (unread.length > 20) lines.push(`  and ${unread.length - 20} more`)
  if (imports.length === 0 && folders.length > 0) lines.push('', `Folders in it: ${folders.slice(0, 20).join(', ')}`)
  return lines
}

export function describeImport({ format, label, files, imageRoots, missing, leftOut }: FolderImport): string[] {
  return [
    `${label} (${format})`,
    ...files.map(({ role, split, name }) => `  ${role}${split ? ` of ${split}` : ''}: ${name}`),
    ...imageRoots.map(({ name, imageCount }) => `  images: ${name} (${imageCount})`),
    ...missing.map((sentence) => `  missing: ${sentence}`),
    ...leftOut.map((sentence) => `  left out: ${sentence}`),
  ]
}
