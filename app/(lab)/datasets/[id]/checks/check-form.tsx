'use client'

import { useState, useTransition } from 'react'
import { toast } from 'sonner'
import type { ComparableVersion } from '#lib/services/checks/list-comparable-versions'
import { Button } from '../../../../_ui/button'
import { Checkbox } from '../../../../_ui/field'
import { formatCount } from '../../../../_ui/format'
import { startCheck } from './actions'

interface Props {
  versionId: string
  number: number
  others: ComparableVersion[]
  /** What the last check compared with; null: none was made. */
  last: string[] | null
}

const most = 20

/** Starts a check, beside the versions that the editor chooses. */
export function CheckForm({ versionId, number, others, last }: Props) {
  const first = last ?? others.filter(({ isMeasured }) => isMeasured).map(({ id }) => id)
  const [chosen, setChosen] = useState<string[]>(first.filter((id) => others.some((other) => other.id === id)).slice(0, most))
  const [isPending, start] = useTransition()
  const submit = () =>
    start(async () => {
      const result = await startCheck({ versionId, against: chosen }).catch(() => null)
      if (!result?.ok) toast.error(result?.message ?? 'The server did not answer. Nothing was started.')
    })
  const toggle = (id: string, isOn: boolean) => setChosen(isOn ? [...chosen, id] : chosen.filter((other) => other !== id))
  return (
    <form action={submit} className="flex flex-col items-start gap-3">
      {others.length > 0 && (
        <fieldset className="w-full">
          <legend className="mb-2 text-sm font-medium">Compare its images with</legend>
          <div className="grid max-h-60 gap-x-6 gap-y-1 overflow-y-auto sm:grid-cols-2 lg:grid-cols-3">
            {others.map(({ id, number: other, datasetName, images }) => (
              <Checkbox
                key={id}
                checked={chosen.includes(id)}
                disabled={!chosen.includes(id) && chosen.length >= most}
                onChange={(event) => toggle(id, event.target.checked)}
                label={
                  <>
                    {datasetName}, version {other} <span className="text-muted">({formatCount(images)} images)</span>
                  </>
                }
              />
            ))}
          </div>
        </fieldset>
      )}
      <Button type="submit" variant="primary" disabled={isPending}>
        {isPending ? 'Starting' : `Check version ${number}`}
      </Button>
    </form>
  )
}
