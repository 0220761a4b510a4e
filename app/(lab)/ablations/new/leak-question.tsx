'use client'

import Link from 'next/link'
import type { UseFormReturn } from 'react-hook-form'
import type { AblationPreview } from '#lib/services/ablations/preview-ablation'
import type { StageVersion } from '#lib/services/datasets/list-versions-for-stage'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { Field, TextArea } from '../../../_ui/field'
import { formatCount } from '../../../_ui/format'
import { Notice } from '../../../_ui/notice'
import type { FormValues } from './form-values'

/** An answer shorter than this is none. */
export const shortestReason = 3

interface Props {
  form: UseFormReturn<FormValues>
  leaks: AblationPreview['leaks']
  /** The version that is pre-trained on. */
  pretrain: StageVersion | undefined
  error: string | undefined
}

/** The pre-training would see test images: whoever launches says why, and it is kept with the ablation. */
export function LeakQuestion({ form, leaks, pretrain, error }: Props) {
  return (
    <div data-testid="leak-question" className="flex flex-col gap-3">
      <Notice tone="warning">
        <p className="font-medium">The pre-training would train on test images.</p>
        <ul className="mt-1">
          {leaks.map(({ kind, name, test }) => (
            <li key={kind}>
              {stageLabels[kind]}: {formatCount(test)} test {test === 1 ? 'image' : 'images'} of {name}
            </li>
          ))}
        </ul>
        <p className="mt-1 text-sm text-muted">
          Their scores would look better than they are. Exclude the images in the{' '}
          {pretrain ? (
            <Link href={`/datasets/${pretrain.datasetId}/checks?version=${pretrain.number}`} className="text-accent underline">
              checks of {pretrain.datasetName}
            </Link>
          ) : (
            'checks of the pre-training dataset'
          )}
          , or say why they may stay.
        </p>
      </Notice>
      <Field label="Launch anyway, because" hint="Kept with the ablation and shown beside its results." {...(error ? { error } : {})}>
        <TextArea {...form.register('leakReason')} rows={2} maxLength={1000} />
      </Field>
    </div>
  )
}
