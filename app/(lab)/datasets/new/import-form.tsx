'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition, type FormEvent, type ReactNode } from 'react'
import { formatCatalog, findFormat, type ImportFormat } from '#lib/services/imports/format-catalog'
import { Button } from '../../../_ui/button'
import { Field, TextArea, TextInput } from '../../../_ui/field'
import { Notice } from '../../../_ui/notice'
import { startImport } from '../actions'
import { DataFiles, type ChosenFiles } from './data-files'
import { FileSlot, type Chosen } from './file-slot'

interface Known {
  name: string
  format: ImportFormat
  description: string
  license: string
  attribution: string
}

interface Failure {
  message: string
  fields: Record<string, string>
}

/** What to change, where the server could say it; else why it did not start. */
function sentenceOf({ message, fields }: Failure): string {
  const sentences = [...new Set(Object.values(fields))]
  return sentences.length > 0 ? sentences.join(' ') : message
}

/** Format, files, images, name: then the import runs on a worker and this page makes way for its progress. */
export function ImportForm({ dataRoots, known }: { dataRoots: string[]; known: Known | null }) {
  const router = useRouter()
  const [format, setFormat] = useState<ImportFormat>(known?.format ?? 'coco_karpathy')
  const [files, setFiles] = useState<ChosenFiles>({})
  const [images, setImages] = useState<Chosen | null>(null)
  const [busy, setBusy] = useState(0)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isStarting, start] = useTransition()
  const onBusy = (isBusy: boolean) => setBusy((count) => count + (isBusy ? 1 : -1))

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const texts = Object.fromEntries(
      ['datasetName', 'description', 'license', 'attribution'].map((name) => [name, textOf(event.currentTarget, name)]),
    )
    start(async () => {
      const imageRoots = images ? [images] : []
      const result = await startImport({ ...texts, format, files: Object.values(files).filter((file) => file !== null), imageRoots })
      if (result.ok) router.push(`/datasets/imports/${result.value.id}`)
      else setFailure(result)
    })
  }
  const errorOf = (field: string) => failure?.fields[field]
  return (
    <form onSubmit={submit} className="max-w-3xl">
      <Step title="Format">
        <FormatChoice
          format={format}
          isFixed={known !== null}
          onChange={(chosen) => {
            setFormat(chosen)
            setFiles({})
            setFailure(null)
          }}
        />
      </Step>
      <Step title="Files">
        <DataFiles
          key={format}
          format={format}
          files={files}
          onFiles={setFiles}
          onBusy={onBusy}
          dataRoots={dataRoots}
          error={errorOf('files')}
        />
      </Step>
      <Step title="Images">
        <p className="mb-3 text-sm text-muted">
          A zip with the images in any folders, at most 64 GiB
          {dataRoots.length > 0 && `, or a folder on the server below ${dataRoots.join(', ')}`}. They are found by name:{' '}
          {findFormat(format)?.imageHint} Without images the texts are imported, but nothing can be trained on them.
        </p>
        <FileSlot
          slot="images"
          label="Images"
          isOptional={false}
          error={errorOf('imageRoots.0')}
          allowsPath={dataRoots.length > 0}
          accept=".zip,application/zip"
          pathLabel="Folder on the server"
          onChange={setImages}
          onBusy={onBusy}
        />
      </Step>
      <Step title="Dataset">
        <DatasetTexts known={known} errorOf={errorOf} />
      </Step>
      {failure && (
        <Notice tone="error" className="mb-4">
          {sentenceOf(failure)}
        </Notice>
      )}
      <div className="flex items-center gap-3">
        <Button type="submit" variant="primary" disabled={isStarting || busy > 0}>
          Start the import
        </Button>
        {busy > 0 && <span className="text-sm text-muted">Waiting for uploads to end.</span>}
      </div>
    </form>
  )
}

const textOf = (form: HTMLFormElement, name: string) => {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="mb-8">
      <legend className="mb-3 w-full border-b border-line pb-2 text-lg font-semibold">{title}</legend>
      {children}
    </fieldset>
  )
}

function FormatChoice({ format, isFixed, onChange }: { format: ImportFormat; isFixed: boolean; onChange: (format: ImportFormat) => void }) {
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      {formatCatalog
        .filter((entry) => !isFixed || entry.format === format)
        .map((entry) => (
          <label
            key={entry.format}
            className="flex cursor-pointer items-start gap-2 rounded border border-line p-3 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="format"
              value={entry.format}
              checked={entry.format === format}
              onChange={() => onChange(entry.format)}
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span>
              <span className="block font-medium">{entry.label}</span>
              <span className="block text-sm text-muted">{entry.sentence}</span>
            </span>
          </label>
        ))}
    </div>
  )
}

function DatasetTexts({ known, errorOf }: { known: Known | null; errorOf: (field: string) => string | undefined }) {
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
