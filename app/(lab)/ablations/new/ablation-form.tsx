'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { toast } from 'sonner'
import { CreateAblationInput } from '#lib/services/ablations/create-ablation-input'
import type { WeightFileView } from '#lib/services/weights/weight-file-view'
import { presetNames } from '#lib/soho/config'
import { Button } from '../../../_ui/button'
import { Field, Select, TextArea, TextInput } from '../../../_ui/field'
import { launchAblation } from '../actions'
import { DatasetFields } from './dataset-fields'
import { FileFields } from './file-fields'
import { defaultValues, messageAt, toInput } from './form-values'
import type { FormValues, VersionsByStage } from './form-values'
import { LeakQuestion, shortestReason } from './leak-question'
import { FactorFields, OverrideFields } from './setting-fields'
import { PreviewPanel } from './preview-panel'
import { usePreview } from './use-preview'

const presetTexts: Record<(typeof presetNames)[number], string> = {
  tiny: 'tiny: 64 px images, 3 layers of 128; minutes on a laptop',
  ablation: 'ablation: ResNet-18, 3 layers of 768; needs a GPU',
  paper: 'paper: ResNet-101, 12 layers of 768; needs many GPU days',
}

/** The launch form with its live preview. The launch's own schema checks it, here and again on the server. */
export function AblationForm({ versions, weightFiles }: { versions: VersionsByStage; weightFiles: WeightFileView[] }) {
  const router = useRouter()
  const form = useForm<FormValues>({ defaultValues: defaultValues(versions) })
  const { register, control, handleSubmit, formState } = form
  const values = useWatch({ control }) as FormValues
  const [refused, setRefused] = useState<Record<string, string>>({})
  const input = toInput(values, weightFiles)
  const parsed = CreateAblationInput.safeParse(input)
  const preview = usePreview(JSON.stringify({ ...input, leakReason: undefined }), parsed.success)
  const leaks = preview.value?.leaks.filter(({ test }) => test > 0) ?? []
  const isAnswered = leaks.length === 0 || values.leakReason.trim().length >= shortestReason
  const pretrain = versions.pretrain.find(({ versionId }) => versionId === values.datasets.pretrain)
  const own = parsed.success ? {} : Object.fromEntries(parsed.error.issues.map(({ path, message }) => [path.join('.'), message]))
  const fields = { ...refused, ...preview.fields, ...own }
  const error = (path: string) => messageAt(fields, path)

  const launch = handleSubmit(async (sent) => {
    const result = await launchAblation(toInput(sent, weightFiles))
    if (result.ok) return router.push(`/ablations/${result.value.id}`)
    setRefused(result.fields)
    toast.error(result.message)
  })

  return (
    <div className="grid grid-cols-1 gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
      <form onSubmit={(event) => void launch(event)} onChange={() => setRefused({})} noValidate className="flex flex-col gap-5">
        <Field label="Name" {...at(error('name'))}>
          <TextInput {...register('name')} autoComplete="off" />
        </Field>
        <Field label="Description" hint="What you want to know. Optional." {...at(error('description'))}>
          <TextArea {...register('description')} rows={2} />
        </Field>
        <Field label="Base preset" {...at(error('preset'))}>
          <Select {...register('preset')}>
            {presetNames.map((name) => (
              <option key={name} value={name}>
                {presetTexts[name]}
              </option>
            ))}
          </Select>
        </Field>
        <FactorFields form={form} error={error} files={weightFiles} />
        <Field label="Seeds" hint="Every cell runs once with each. Two show a spread; claims usually need more." {...at(error('seeds'))}>
          <TextInput {...register('seeds')} inputMode="numeric" autoComplete="off" />
        </Field>
        <DatasetFields form={form} versions={versions} error={error} />
        <FileFields form={form} files={weightFiles} values={values} error={error} />
        <OverrideFields form={form} error={error} />
        {leaks.length > 0 && <LeakQuestion form={form} leaks={leaks} pretrain={pretrain} error={error('leakReason')} />}
        <div>
          <Button type="submit" variant="primary" disabled={formState.isSubmitting || !parsed.success || !isAnswered}>
            {formState.isSubmitting ? 'Launching' : leaks.length > 0 ? 'Launch anyway' : 'Launch ablation'}
          </Button>
        </div>
      </form>
      <PreviewPanel preview={preview} isComplete={parsed.success} />
    </div>
  )
}

const at = (message: string | undefined) => (message ? { error: message } : {})
