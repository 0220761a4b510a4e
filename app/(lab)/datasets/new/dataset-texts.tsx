import type { ImportFormat } from '#lib/services/imports/format-catalog'
import { Field, TextArea, TextInput } from '../../../_ui/field'

/** A dataset that gets a new version. */
export interface KnownDataset {
  name: string
  format: ImportFormat
  description: string
  license: string
  attribution: string
}

export function DatasetTexts({ known, errorOf }: { known: KnownDataset | null; errorOf: (field: string) => string | undefined }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Name" hint={known ? undefined : 'A name that exists already gets a new version.'} error={errorOf('datasetName')}>
        <TextInput name="datasetName" required maxLength={120} defaultValue={known?.name} readOnly={known !== null} />
      </Field>
      <Field label="Licence" hint="As the publisher names it, for example CC BY 4.0." error={errorOf('license')}>
        <TextInput name="license" maxLength={500} defaultValue={known?.license} />
      </Field>
      <Field label="Attribution" hint="Shown beside the images." error={errorOf('attribution')}>
        <TextArea name="attribution" maxLength={2000} defaultValue={known?.attribution} />
      </Field>
      <Field label="Description" error={errorOf('description')}>
        <TextArea name="description" maxLength={2000} defaultValue={known?.description} />
      </Field>
    </div>
  )
}
