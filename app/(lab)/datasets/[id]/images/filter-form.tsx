'use client'

import { useRouter } from 'next/navigation'
import { useState, useTransition, type ComponentProps, type FormEvent } from 'react'
import { filterNames, type ImageFilter } from '#lib/services/datasets/image-filter'
import type { FilterChoices } from '#lib/services/datasets/list-filter-choices'
import { Button, ButtonLink } from '../../../../_ui/button'
import { Field, Select, TextInput } from '../../../../_ui/field'

interface Props {
  path: string
  version: number | undefined
  filter: ImageFilter
  choices: FilterChoices
  splits: string[]
}

const furtherFields = [
  'label',
  'answer',
  'category',
  'attribute',
  'minimumWords',
  'maximumWords',
  'minimumSidePx',
  'maximumSidePx',
  'problem',
  'tag',
] as const

/** What is shown, as an address: the form works without script too. */
export function FilterForm({ path, version, filter, choices, splits }: Props) {
  const router = useRouter()
  const [isPending, start] = useTransition()
  const used = furtherFields.filter((field) => filter[field] !== null && filter[field] !== '').length
  const [isOpen, setIsOpen] = useState(used > 0)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const query = new URLSearchParams()
    for (const [name, value] of new FormData(event.currentTarget))
      if (typeof value === 'string' && value.trim() !== '') query.set(name, value.trim())
    start(() => router.push(query.size > 0 ? `${path}?${query}` : path, { scroll: false }))
  }
  const plain = version === undefined ? path : `${path}?version=${version}`
  return (
    <form action={path} onSubmit={submit} role="search" aria-busy={isPending} className="mb-4">
      {version !== undefined && <input type="hidden" name="version" value={version} />}
      <div className="flex flex-wrap items-end gap-2">
        <Field label="Words in the texts" className="min-w-48 flex-1 sm:max-w-96">
          <TextInput
            type="search"
            name={filterNames.search}
            defaultValue={filter.search}
            maxLength={200}
            placeholder={'red dog, "red dog", dog or cat, -cat'}
          />
        </Field>
        <Field label="Split">
          <Select name={filterNames.split} defaultValue={filter.split ?? ''}>
            <option value="">every split</option>
            {splits.map((split) => (
              <option key={split}>{split}</option>
            ))}
          </Select>
        </Field>
        <Button aria-expanded={isOpen} aria-controls="further-filters" onClick={() => setIsOpen(!isOpen)}>
          More filters{used > 0 && ` (${used})`}
        </Button>
        <Button type="submit" variant="primary" disabled={isPending}>
          {isPending ? 'Searching' : 'Show'}
        </Button>
        {(used > 0 || filter.search !== '' || filter.split !== null) && (
          <ButtonLink href={plain} variant="quiet">
            Clear
          </ButtonLink>
        )}
      </div>
      <FurtherFilters isOpen={isOpen} filter={filter} choices={choices} />
    </form>
  )
}

function FurtherFilters({ isOpen, filter, choices }: { isOpen: boolean; filter: ImageFilter; choices: FilterChoices }) {
  return (
    <div id="further-filters" hidden={!isOpen} className="mt-3 border-y border-line py-3">
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4 xl:grid-cols-5">
        <Choice label="Label" field="label" filter={filter} options={choices.labels} />
        <Choice label="An annotator’s answer" field="answer" filter={filter} options={choices.answers} />
        <Choice label="Labelled object" field="category" filter={filter} options={choices.categories} />
        <Choice label="Attribute of the object" field="attribute" filter={filter} options={choices.attributes} />
        <Choice label="Tag" field="tag" filter={filter} options={choices.tags} />
        <Range label="Words in a text" from="minimumWords" to="maximumWords" filter={filter} />
        <Range label="Sides of the image (px)" from="minimumSidePx" to="maximumSidePx" filter={filter} />
        <Field label="Problem">
          <Select name={filterNames.problem} defaultValue={filter.problem ?? ''}>
            <option value="">with or without</option>
            <option value="missing">missing or damaged</option>
          </Select>
        </Field>
      </div>
      <p className="mt-2 text-xs text-muted">
        What is asked of texts (words, split, label, answer, number of words) has to hold for one and the same text of an image.
      </p>
    </div>
  )
}

interface OneField {
  label: string
  field: keyof ImageFilter
  filter: ImageFilter
  options: string[]
}

function Choice({ label, field, filter, options }: OneField) {
  const listId = `choices-${field}`
  return (
    <Field label={label}>
      <TextInput name={filterNames[field]} defaultValue={filter[field] ?? ''} list={listId} maxLength={200} autoComplete="off" />
      <datalist id={listId}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </Field>
  )
}

function Range({ label, from, to, filter }: { label: string; from: keyof ImageFilter; to: keyof ImageFilter; filter: ImageFilter }) {
  const bound: ComponentProps<'input'> = { type: 'number', min: 1, max: 100_000, inputMode: 'numeric' }
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="flex items-center gap-1">
        <TextInput
          {...bound}
          name={filterNames[from]}
          defaultValue={filter[from] ?? ''}
          aria-label={`${label}: at least`}
          placeholder="from"
        />
        <TextInput {...bound} name={filterNames[to]} defaultValue={filter[to] ?? ''} aria-label={`${label}: at most`} placeholder="to" />
      </div>
    </fieldset>
  )
}
