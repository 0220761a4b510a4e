import { z } from 'zod'
import { fileRoles, findFormat, importFormats, splits } from './format-catalog.ts'

/** Where a file lies: an upload by its digest, or a path on the server below an allowed root. */
const location = { artifact: z.hash('sha256').optional(), path: z.string().min(1).max(4096).optional() }
const hasOnePlace = (file: { artifact?: string | undefined; path?: string | undefined }) =>
  (file.artifact === undefined) !== (file.path === undefined)
const onePlace = 'Upload the file or name a path on the server.'

export const ImportFile = z
  .strictObject({ role: z.enum(fileRoles), split: z.enum(splits).nullable(), name: z.string().trim().min(1).max(255), ...location })
  .refine(hasOnePlace, onePlace)
export type ImportFile = z.infer<typeof ImportFile>

/** An uploaded zip, or a folder on the server. */
export const ImageRoot = z.strictObject({ name: z.string().trim().min(1).max(4096), ...location }).refine(hasOnePlace, onePlace)
export type ImageRoot = z.infer<typeof ImageRoot>

/** What an import reads; stored with it. */
export const ImportSource = z.strictObject({ files: z.array(ImportFile).max(40), imageRoots: z.array(ImageRoot).max(8) })
export type ImportSource = z.infer<typeof ImportSource>

export const CreateImportInput = ImportSource.extend({
  datasetName: z.string().trim().min(1, 'Give the dataset a name.').max(120),
  description: z.string().trim().max(2000).default(''),
  license: z.string().trim().max(500).default(''),
  attribution: z.string().trim().max(2000).default(''),
  format: z.enum(importFormats),
}).superRefine((input, check) => {
  for (const { path, message } of roleFaults(input.format, input.files)) check.addIssue({ code: 'custom', path, message })
})
export type CreateImportInput = z.input<typeof CreateImportInput>

type Fault = { path: (string | number)[]; message: string }

/** Files that the format does not know, lacks, or cannot tell apart. */
function roleFaults(format: string, files: ImportFile[]): Fault[] {
  const roles = findFormat(format)?.roles ?? []
  const faults = files.flatMap((file, index): Fault[] => {
    const role = roles.find((known) => known.role === file.role)
    if (!role) return [{ path: ['files', index, 'role'], message: `This format has no ${file.role} file.` }]
    if (role.isPerSplit && file.split === null) return [{ path: ['files', index, 'split'], message: `Say which split ${file.name} is.` }]
    return []
  })
  const missing = roles.filter((role) => role.isRequired && !files.some((file) => file.role === role.role))
  faults.push(...missing.map((role) => ({ path: ['files'], message: `The ${role.label.toLowerCase()} file is missing.` })))
  if (format === 'vqa_v2') faults.push(...pairFaults(files))
  return faults
}

/** Annotations are joined to the questions of their split. */
function pairFaults(files: ImportFile[]): Fault[] {
  return files.flatMap((file, index): Fault[] => {
    if (files.findIndex((other) => other.role === file.role && other.split === file.split) !== index)
      return [{ path: ['files', index], message: `There is already a ${file.role} file for ${file.split}.` }]
    if (file.role === 'annotations' && !files.some((other) => other.role === 'questions' && other.split === file.split))
      return [{ path: ['files', index], message: `The annotations of ${file.split} have no questions file.` }]
    return []
  })
}
