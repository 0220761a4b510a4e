'use client'

import type { ComponentProps, ReactNode } from 'react'
import { useFieldArray, useWatch } from 'react-hook-form'
import type { UseFormReturn } from 'react-hook-form'
import { fieldCatalog, fieldInfo, fieldSections, sectionLabels } from '#lib/services/ablations/field-catalog'
import { Button } from '../../../_ui/button'
import { Field, Select, TextInput } from '../../../_ui/field'
import type { FormValues, NamedFile } from './form-values'

interface SettingFieldsProps {
  form: UseFormReturn<FormValues>
  error: (path: string) => string | undefined
}

const mostFactors = 4
/** Files are chosen from lists of their own; as values of a factor they are named. */
const isFile = (path: string) => fieldInfo(path)?.kind === 'file'
/** What the lab is for comes first. */
const sections = [...fieldSections].sort((a, b) => Number(b === 'dictionary') - Number(a === 'dictionary'))

/** Fields that vary, each with its values: every combination is a cell. */
export function FactorFields({ form, error, files }: SettingFieldsProps & { files: readonly NamedFile[] }) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'factors' })
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-sm font-medium">Factors</legend>
      {fields.map(({ id }, i) => (
        <Row key={id} onRemove={fields.length > 1 ? () => remove(i) : undefined} name={`factor ${i + 1}`}>
          <Labelled label="Field" message={error(`factors.${i}.field`)}>
            <FieldSelect {...form.register(`factors.${i}.field`)} />
          </Labelled>
          <Labelled
            label="Values"
            message={error(`factors.${i}.values`)}
            hint={<Hint form={form} name={`factors.${i}.field`} isList files={files} />}
          >
            <TextInput {...form.register(`factors.${i}.values`)} autoComplete="off" placeholder="value, value" />
          </Labelled>
        </Row>
      ))}
      {error('factors') && fields.length === 0 && <p className="text-xs text-bad">{error('factors')}</p>}
      {fields.length < mostFactors && (
        <div>
          <Button size="small" onClick={() => append({ field: 'pretrain.epochs', values: '' })}>
            Add a factor
          </Button>
        </div>
      )}
    </fieldset>
  )
}

/** Fields that differ from the preset in every run. */
export function OverrideFields({ form, error }: SettingFieldsProps) {
  const { fields, append, remove } = useFieldArray({ control: form.control, name: 'overrides' })
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-sm font-medium">Differences to the preset</legend>
      {fields.map(({ id }, i) => (
        <Row key={id} onRemove={() => remove(i)} name={`difference ${i + 1}`}>
          <Labelled label="Field" message={error(`overrides.${i}.field`)}>
            <FieldSelect {...form.register(`overrides.${i}.field`)} isWithoutFiles />
          </Labelled>
          <Labelled label="Value" message={error(`overrides.${i}.value`)} hint={<Hint form={form} name={`overrides.${i}.field`} />}>
            <TextInput {...form.register(`overrides.${i}.value`)} autoComplete="off" />
          </Labelled>
        </Row>
      ))}
      <div>
        <Button size="small" onClick={() => append({ field: 'pretrain.epochs', value: '' })}>
          Change a field for all runs
        </Button>
      </div>
    </fieldset>
  )
}

function Row({ children, onRemove, name }: { children: ReactNode; onRemove: (() => void) | undefined; name: string }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] [&>:first-child]:col-span-2 sm:[&>:first-child]:col-span-1">
      {children}
      <Button size="small" variant="quiet" className="mt-6" onClick={onRemove} disabled={!onRemove} aria-label={`Remove ${name}`}>
        Remove
      </Button>
    </div>
  )
}

interface LabelledProps {
  label: string
  message: string | undefined
  hint?: ReactNode
  children: ReactNode
}

function Labelled({ label, message, hint, children }: LabelledProps) {
  return (
    <Field label={label} hint={hint} {...(message ? { error: message } : {})}>
      {children}
    </Field>
  )
}

function FieldSelect({ isWithoutFiles = false, ...props }: ComponentProps<'select'> & { isWithoutFiles?: boolean }) {
  return (
    <Select {...props}>
      {sections.map((section) => {
        const offered = fieldCatalog.filter(({ path }) => path.startsWith(`${section}.`) && !(isWithoutFiles && isFile(path)))
        if (offered.length === 0) return null
        return (
          <optgroup key={section} label={sectionLabels[section]}>
            {offered.map(({ path, label }) => (
              <option key={path} value={path}>
                {label}
              </option>
            ))}
          </optgroup>
        )
      })}
    </Select>
  )
}

interface HintProps {
  form: UseFormReturn<FormValues>
  name: `factors.${number}.field` | `overrides.${number}.field`
  isList?: boolean
  files?: readonly NamedFile[]
}

/** What the chosen field takes. */
function Hint({ form, name, isList = false, files = [] }: HintProps) {
  const path = useWatch({ control: form.control, name })
  const info = fieldInfo(path)
  if (!info) return null
  if (path === 'dictionary.size') return '0 is no dictionary'
  if (info.kind === 'choice') return info.options.join(', ')
  if (info.kind === 'boolean') return 'on, off'
  if (info.kind === 'file') return ['none', ...files.map((file) => file.name)].join(', ')
  if (info.kind === 'integers') return isList ? 'lists between semicolons: 2, 4; 3' : 'numbers between commas'
  const bounds = [info.minimum !== null && `from ${info.minimum}`, info.maximum !== null && `to ${info.maximum}`].filter(Boolean).join(' ')
  return `${info.kind === 'integer' ? 'whole number' : 'number'}${bounds ? ` ${bounds}` : ''}`
}
