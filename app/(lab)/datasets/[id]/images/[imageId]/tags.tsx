'use client'

import { useState, useTransition, type FormEvent } from 'react'
import { toast } from 'sonner'
import { Button } from '../../../../../_ui/button'
import { addTag, removeTag } from '../../actions'

interface Props {
  imageId: string
  /** Of a text that shows the image; left out: of the image itself. */
  exampleId?: string
  tags: string[]
  canEdit: boolean
}

const noAnswer = { ok: false as const, message: 'The server did not answer. Nothing was changed.', fields: {} }

/** Words that members put on an image or a text; they stay from version to version. */
export function Tags({ imageId, exampleId, tags, canEdit }: Props) {
  const [isPending, start] = useTransition()
  const [isAdding, setIsAdding] = useState(false)
  const about = exampleId ? { imageId, exampleId } : { imageId }
  const what = exampleId ? 'text' : 'image'
  const change = (work: () => ReturnType<typeof addTag>) =>
    start(async () => {
      const result = await work().catch(() => noAnswer)
      if (!result.ok) toast.error(result.message)
      else setIsAdding(false)
    })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const name = new FormData(event.currentTarget).get('name')
    if (typeof name === 'string' && name.trim()) change(() => addTag({ ...about, name }))
  }
  if (tags.length === 0 && !canEdit) return null
  return (
    <div className={`flex flex-wrap items-center gap-2 ${exampleId ? '' : 'mt-4'}`}>
      {tags.map((name) => (
        <span key={name} className="inline-flex items-center gap-1 rounded border border-line bg-surface pl-2 text-table leading-6">
          <span>{name}</span>
          {canEdit ? (
            <button
              type="button"
              disabled={isPending}
              aria-label={`Take the tag ${name} away`}
              onClick={() => change(() => removeTag({ ...about, name }))}
              className="px-1.5 text-muted hover:text-bad"
            >
              ×
            </button>
          ) : (
            <span className="pr-2" />
          )}
        </span>
      ))}
      {canEdit && !isAdding && (
        <Button size="small" variant={exampleId ? 'quiet' : 'secondary'} onClick={() => setIsAdding(true)}>
          Tag the {what}
        </Button>
      )}
      {isAdding && (
        <form onSubmit={submit} className="flex items-center gap-2">
          <input
            name="name"
            aria-label={`Tag of the ${what}`}
            maxLength={60}
            autoFocus
            onKeyDown={(event) => event.key === 'Escape' && setIsAdding(false)}
            className="h-7 w-36 rounded border border-line-strong bg-surface px-2 text-sm text-text"
          />
          <Button type="submit" size="small" disabled={isPending}>
            Add
          </Button>
        </form>
      )}
    </div>
  )
}
