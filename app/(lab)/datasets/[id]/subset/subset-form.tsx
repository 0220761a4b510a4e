'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { toast } from 'sonner'
import type { Split } from '#lib/services/imports/format-catalog'
import { StartDerivationInput } from '#lib/services/versions/start-derivation-input'
import { Button } from '../../../../_ui/button'
import { Checkbox, Field, TextArea, TextInput } from '../../../../_ui/field'
import { startSubset } from './actions'
import { SubsetCounts } from './subset-counts'
import { toInput, type SubsetValues } from './subset-values'
import { useSubsetPreview } from './use-subset-preview'

interface Props {
  parentId: string
  datasetName: string
  splits: { split: Split; examples: number }[]
  choices: { labels: string[]; categories: string[] }
}

/** The rule of a subset, with what it chooses beside it. */
export function SubsetForm({ parentId, datasetName, splits, choices }: Props) {
  const router = useRouter()
  const form = useForm<SubsetValues>({ defaultValues: defaults(datasetName, splits) })
  const { register, control, handleSubmit, formState } = form
  const values = useWatch({ control }) as SubsetValues
  const [refused, setRefused] = useState<Record<string, string>>({})
  const input = toInput(parentId, values)
  const parsed = StartDerivationInput.safeParse(input)
  const issues = parsed.success ? [] : parsed.error.issues
  const fields = { ...refused, ...Object.fromEntries(issues.map(({ path, message }) => [path.join('.'), message])) }
  const at = (path: string) => (fields[path] ? { error: fields[path] } : {})
  const isRule = issues.every(({ path }) => path[0] !== 'rule')
  const preview = useSubsetPreview(parentId, JSON.stringify(input.rule), isRule)

  const create = handleSubmit(async (sent) => {
    const result = await startSubset(toInput(parentId, sent)).catch(() => null)
    if (result?.ok) return router.push(`/datasets/${result.value.datasetId}`)
    setRefused(result?.fields ?? {})
    toast.error(result?.message ?? 'The server did not answer. Nothing was made.')
  })

  return (
    <div className="grid grid-cols-1 gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
      <form onSubmit={(event) => void create(event)} onChange={() => setRefused({})} noValidate className="flex flex-col gap-5">
        <Field label="Name of the new dataset" {...at('name')}>
          <TextInput {...register('name')} autoComplete="off" />
        </Field>
        <fieldset>
          <legend className="mb-1 text-sm font-medium">Splits, and the share of their images to draw</legend>
          <div className="flex flex-col gap-2">
            {splits.map(({ split }) => (
              <div key={split} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Checkbox {...register(`splits.${split}`)} label={split} className="w-24" />
                <TextInput
                  {...register(`shares.${split}`)}
                  disabled={!values.splits[split]}
                  inputMode="decimal"
                  aria-label={`Share of ${split} in per cent`}
                  className="max-w-20 text-right"
                />
                <span className="text-sm text-muted">%</span>
                {fields[`rule.samples.${split}`] && <span className="text-xs text-bad">From more than 0 to 100.</span>}
              </div>
            ))}
          </div>
          {fields['rule.splits'] && <p className="mt-1 text-xs text-bad">{fields['rule.splits']}</p>}
          <p className="mt-1 text-xs text-muted">An image is drawn with all its chosen texts.</p>
        </fieldset>
        <Field label="Seed" hint="The same seed draws the same images, another one others." {...at('rule.seed')}>
          <TextInput {...register('seed')} inputMode="numeric" className="max-w-32" autoComplete="off" />
        </Field>
        <Field label="Object category" hint="Only examples that show such an object." {...at('rule.category')}>
          <TextInput {...register('category')} list="subset-categories" autoComplete="off" placeholder="any" />
        </Field>
        <Field label="Label" hint="Only examples with exactly this label or most frequent answer." {...at('rule.label')}>
          <TextInput {...register('label')} list="subset-labels" autoComplete="off" placeholder="any" />
        </Field>
        <Field label="Words in the text" hint="As the image grid searches: all words, in any form." {...at('rule.search')}>
          <TextInput {...register('search')} autoComplete="off" placeholder="any" />
        </Field>
        <Field label="Shorter side at least" hint="In pixels; 0 takes every size." {...at('rule.minimumSidePx')}>
          <TextInput {...register('minimumSidePx')} inputMode="numeric" className="max-w-32" autoComplete="off" />
        </Field>
        <Field label="Reason" hint="What it is for. Optional." {...at('reason')}>
          <TextArea {...register('reason')} rows={2} />
        </Field>
        <Options id="subset-categories" values={choices.categories} />
        <Options id="subset-labels" values={choices.labels} />
        <div>
          <Button type="submit" variant="primary" disabled={formState.isSubmitting || !parsed.success || preview.value?.examples === 0}>
            {formState.isSubmitting ? 'Starting' : 'Create the dataset'}
          </Button>
        </div>
      </form>
      <SubsetCounts preview={preview} isComplete={isRule} whole={splits} />
    </div>
  )
}

function Options({ id, values }: { id: string; values: string[] }) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  )
}

function defaults(datasetName: string, splits: Props['splits']): SubsetValues {
  return {
    name: `${datasetName}, a part`.slice(0, 120),
    splits: Object.fromEntries(splits.map(({ split }) => [split, true])),
    shares: Object.fromEntries(splits.map(({ split }) => [split, split === 'train' ? '10' : '100'])),
    ...{ seed: '1', label: '', category: '', search: '', minimumSidePx: '0', reason: '' },
  }
}
