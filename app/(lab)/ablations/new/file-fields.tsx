'use client'

import Link from 'next/link'
import type { UseFormReturn } from 'react-hook-form'
import { fieldLabel } from '#lib/services/ablations/field-catalog'
import { inWords } from '#lib/services/weights/in-words'
import type { WeightFileView } from '#lib/services/weights/weight-file-view'
import { Field, Select } from '../../../_ui/field'
import { fileFields, fileUses, pathOfFile } from './form-values'
import type { FileUse, FormValues } from './form-values'

const without: Record<FileUse, string> = {
  encoder: 'none: random weights',
  text: 'none: random weights',
  vocabulary: 'none: built from the texts',
}
const fits: Record<FileUse, (file: WeightFileView) => boolean> = {
  encoder: ({ summary }) => summary.encoder !== null,
  text: ({ summary }) => summary.text !== null,
  vocabulary: ({ summary }) => summary.pieces !== null,
}

interface FileFieldsProps {
  form: UseFormReturn<FormValues>
  files: WeightFileView[]
  values: FormValues
  error: (path: string) => string | undefined
}

/** What pre-training starts from in every run, of the files that are registered. */
export function FileFields({ form, files, values, error }: FileFieldsProps) {
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">Pre-training starts from</legend>
      {files.length === 0 ? (
        <p className="text-sm text-muted">
          Random weights and a vocabulary built from the texts.{' '}
          <Link href="/settings/weights" className="text-accent underline">
            Register pretrained weights
          </Link>{' '}
          to choose others.
        </p>
      ) : (
        <div className="grid grid-cols-1 gap-3">
          {fileUses.map((use) => {
            const message = error(pathOfFile(values, use))
            return (
              <Field key={use} label={fieldLabel(fileFields[use])} {...(message ? { error: message } : {})}>
                <Select {...form.register(`files.${use}`)}>
                  <option value="">{without[use]}</option>
                  {files.filter(fits[use]).map((file) => (
                    <option key={file.id} value={file.digest}>
                      {file.name} ({inWords(file)})
                    </option>
                  ))}
                </Select>
              </Field>
            )
          })}
        </div>
      )}
    </fieldset>
  )
}
