'use client'

import {
  findFormat,
  splitLabels,
  splits,
  type FileRole,
  type ImportFormat,
  type RoleDescription,
  type Split,
} from '#lib/services/imports/format-catalog'
import { FileSlot, type Chosen } from './file-slot'

/** By slot, `questions train`. */
export type ChosenFiles = Record<string, (Chosen & { role: FileRole; split: Split | null }) | null>

interface Props {
  format: ImportFormat
  files: ChosenFiles
  onFiles: (change: (files: ChosenFiles) => ChosenFiles) => void
  onBusy: (isBusy: boolean) => void
  dataRoots: string[]
  error: string | undefined
}

/** Formats of COCO have a split that the others do not. */
const withRestval = new Set<ImportFormat>(['coco_captions', 'vqa_v2'])

/** A slot for each file of the format: one for each split where the records do not name theirs. */
export function DataFiles({ format, files, onFiles, onBusy, dataRoots, error }: Props) {
  const description = findFormat(format)
  if (!description) return null
  const offered = splits.filter((split) => split !== 'restval' || withRestval.has(format))
  const set = (role: FileRole, split: Split | null) => (chosen: Chosen | null) =>
    onFiles((known) => ({ ...known, [slotOf(role, split)]: chosen && { ...chosen, role, split } }))
  const slot = (role: RoleDescription, split: Split | null) => (
    <FileSlot
      key={slotOf(role.role, split)}
      slot={role.role}
      label={split ? splitLabels[split] : 'File'}
      isOptional={!role.isRequired}
      initial={files[slotOf(role.role, split)] ?? null}
      error={undefined}
      allowsPath={dataRoots.length > 0}
      accept=".json,.jsonl,.ndjson,.token,.csv,.txt,.lst,application/json"
      pathLabel="Path on the server"
      onChange={set(role.role, split)}
      onBusy={onBusy}
    />
  )
  const count = Object.values(files).filter(Boolean).length
  return (
    <div className="flex flex-col gap-6">
      {description.roles.map((role) => (
        <div key={role.role} role="group" aria-label={role.label}>
          <p className="mb-2 text-sm">
            <span className="font-medium">{role.label}</span> <span className="text-muted">{role.hint}</span>
          </p>
          <div className="flex flex-col gap-3">{role.isPerSplit ? offered.map((split) => slot(role, split)) : slot(role, null)}</div>
        </div>
      ))}
      {error && count === 0 && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  )
}

const slotOf = (role: FileRole, split: Split | null) => `${role} ${split ?? ''}`

/** As the form keeps them. */
export const filesBySlot = (files: NonNullable<ChosenFiles[string]>[]): ChosenFiles =>
  Object.fromEntries(files.map((file) => [slotOf(file.role, file.split), file]))
