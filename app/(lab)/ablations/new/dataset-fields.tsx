'use client'

import type { UseFormReturn } from 'react-hook-form'
import type { StageVersion } from '#lib/services/datasets/list-versions-for-stage'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { stageKinds } from '#lib/soho/config'
import { Field, Select } from '../../../_ui/field'
import { formatCount } from '../../../_ui/format'
import type { FormValues, VersionsByStage } from './form-values'

interface DatasetFieldsProps {
  form: UseFormReturn<FormValues>
  versions: VersionsByStage
  error: (path: string) => string | undefined
}

/** One dataset version a stage; a task without one is left out. */
export function DatasetFields({ form, versions, error }: DatasetFieldsProps) {
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">Datasets</legend>
      <div className="grid grid-cols-1 gap-3">
        {stageKinds.map((kind) => {
          const message = error(`datasets.${kind}`)
          return (
            <Field key={kind} label={stageLabels[kind]} {...(message ? { error: message } : {})}>
              <Select {...form.register(`datasets.${kind}`)}>
                {kind !== 'pretrain' && (
                  <option value="">{versions[kind].length === 0 ? 'no dataset for this task' : 'leave this task out'}</option>
                )}
                {versions[kind].map((version) => (
                  <option key={version.versionId} value={version.versionId}>
                    {inWords(version)}
                  </option>
                ))}
              </Select>
            </Field>
          )
        })}
      </div>
    </fieldset>
  )
}

function inWords({ datasetName, number, exampleCounts }: StageVersion): string {
  return `${datasetName}, v${number} (${formatCount(exampleCounts.train)} train, ${formatCount(exampleCounts.test)} test)`
}
