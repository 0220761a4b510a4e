'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition, type FormEvent, type ReactNode } from 'react'
import type { ImportFormat } from '#lib/services/imports/format-catalog'
import type { FolderImport } from '#lib/services/imports/inspect-folder'
import { Button } from '../../../_ui/button'
import { formatCount } from '../../../_ui/format'
import { Notice } from '../../../_ui/notice'
import { startImport } from '../actions'
import { DataFiles, filesBySlot, type ChosenFiles } from './data-files'
import { DatasetTexts, type KnownDataset } from './dataset-texts'
import type { Chosen } from './file-slot'
import { FolderStep } from './folder-step'
import { FormatChoice } from './format-choice'
import { ImagePlaces } from './image-places'

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
export function ImportForm({ dataRoots, known }: { dataRoots: string[]; known: KnownDataset | null }) {
  const router = useRouter()
  const [format, setFormat] = useState<ImportFormat>(known?.format ?? 'coco_karpathy')
  const [files, setFiles] = useState<ChosenFiles>({})
  const [images, setImages] = useState<Chosen[]>([])
  const [taken, setTaken] = useState({ times: 0, sentence: '' })
  const [busy, setBusy] = useState(0)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isStarting, start] = useTransition()
  const onBusy = (isBusy: boolean) => setBusy((count) => count + (isBusy ? 1 : -1))

  const take = (found: FolderImport) => {
    setFormat(found.format)
    setFiles(filesBySlot(found.files.map(({ role, split, name, path }) => ({ role, split, name, path }))))
    setImages(found.imageRoots.map(({ name, path }) => ({ name, path })))
    setFailure(null)
    const places = found.imageRoots.length
    const from = places === 0 ? 'no images' : `images from ${places === 1 ? 'one place' : `${formatCount(places)} places`}`
    const count = found.files.length
    const sentence = `Filled in below: ${formatCount(count)} ${count === 1 ? 'file' : 'files'}, and ${from}. Name the dataset, then start.`
    setTaken(({ times }) => ({ times: times + 1, sentence }))
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const texts = Object.fromEntries(
      ['datasetName', 'description', 'license', 'attribution'].map((name) => [name, textOf(event.currentTarget, name)]),
    )
    start(async () => {
      const chosen = Object.values(files).filter((file) => file !== null)
      const result = await startImport({ ...texts, format, files: chosen, imageRoots: images })
      if (result.ok) router.push(`/datasets/imports/${result.value.id}`)
      else setFailure(result)
    })
  }
  const errorOf = (field: string) => failure?.fields[field]
  return (
    <form onSubmit={submit} className="max-w-3xl">
      {dataRoots.length > 0 && (
        <Step title="Folder on the server (optional)">
          <FolderStep dataRoots={dataRoots} onlyFormat={known?.format ?? null} onUse={take} />
          <p role="status" className="mt-3 text-sm text-good">
            {taken.sentence}
          </p>
        </Step>
      )}
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
          key={`${format} ${taken.times}`}
          format={format}
          files={files}
          onFiles={setFiles}
          onBusy={onBusy}
          dataRoots={dataRoots}
          error={errorOf('files')}
        />
      </Step>
      <Step title="Images">
        <ImagePlaces
          key={taken.times}
          format={format}
          images={images}
          dataRoots={dataRoots}
          error={errorOf('imageRoots.0')}
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
