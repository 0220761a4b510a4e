'use client'

import { findFormat, type ImportFormat } from '#lib/services/imports/format-catalog'
import { Button } from '../../../_ui/button'
import { FileSlot, type Chosen } from './file-slot'

interface Props {
  format: ImportFormat
  images: Chosen[]
  dataRoots: string[]
  error: string | undefined
  onChange: (images: Chosen[]) => void
  onBusy: (isBusy: boolean) => void
}

/** Where the images lie: one archive or folder, or the several that a folder was found to hold. */
export function ImagePlaces({ format, images, dataRoots, error, onChange, onBusy }: Props) {
  return (
    <>
      <p className="mb-3 text-sm text-muted">
        A zip with the images in any folders, at most 64 GiB
        {dataRoots.length > 0 && `, or a folder or zip on the server below ${dataRoots.join(', ')}, where the images then stay`}. They are
        found by name: {findFormat(format)?.imageHint} Without images the texts are imported, but nothing can be trained on them.
      </p>
      {images.length > 1 ? (
        <div className="flex flex-col gap-2">
          <ul className="flex flex-col gap-1 font-mono text-sm">
            {images.map((image) => (
              <li key={image.name} className="break-all">
                {'path' in image ? image.path : image.name}
              </li>
            ))}
          </ul>
          <div>
            <Button variant="quiet" size="small" onClick={() => onChange([])}>
              Choose other images
            </Button>
          </div>
        </div>
      ) : (
        <FileSlot
          slot="images"
          label="Images"
          isOptional={false}
          initial={images[0] ?? null}
          error={error}
          allowsPath={dataRoots.length > 0}
          accept=".zip,application/zip"
          pathLabel="Folder or zip on the server"
          onChange={(chosen) => onChange(chosen ? [chosen] : [])}
          onBusy={onBusy}
        />
      )}
    </>
  )
}
