import { fieldCatalog, writeFieldValue } from '#lib/services/ablations/field-catalog'
import type { FieldValue } from '#lib/services/ablations/field-catalog'
import type { RunDetail } from '#lib/services/runs/get-run'
import { PresetName } from '#lib/soho/config'
import { presets } from '#lib/soho/presets'
import { Section } from '../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'

interface FieldRow {
  path: string
  label: string
  value: string
  /** What the preset says, where it says something else. */
  preset: string | null
}

/** The full configuration. What differs from the preset comes first, and is marked where it stands. */
export function ConfigurationTab({ run }: { run: RunDetail }) {
  const rows = fieldRows(run)
  const changed = rows.filter(({ preset }) => preset !== null)
  return (
    <>
      <Section title={`Differences to the preset ${run.preset}`}>
        {changed.length === 0 ? (
          <p className="text-muted">None: this is the preset as it is.</p>
        ) : (
          <FieldTable rows={changed} label="Differences" />
        )}
      </Section>
      <Section title="Every field">
        <FieldTable rows={rows} label="Configuration" />
      </Section>
    </>
  )
}

function FieldTable({ rows, label }: { rows: FieldRow[]; label: string }) {
  return (
    <Table label={label} className="max-w-4xl">
      <THead>
        <Tr>
          <Th>Field</Th>
          <Th>Value</Th>
          <Th>Preset</Th>
        </Tr>
      </THead>
      <TBody>
        {rows.map(({ path, label: name, value, preset }) => (
          <Tr key={path} className={preset === null ? undefined : 'bg-accent-soft'}>
            <Th scope="row" className="font-normal text-text">
              {name} <code className="text-xs text-muted">{path}</code>
            </Th>
            <Td className="tabular">{preset === null ? value : <strong className="font-semibold">{value}</strong>}</Td>
            <Td className="tabular text-muted">{preset ?? 'same'}</Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

function fieldRows({ configuration, preset }: RunDetail): FieldRow[] {
  const base = PresetName.safeParse(preset)
  return fieldCatalog.map(({ path, label }) => {
    const value = writeFieldValue(path, valueAt(configuration, path))
    const before = base.success ? writeFieldValue(path, valueAt(presets[base.data], path)) : value
    return { path, label, value, preset: before === value ? null : before }
  })
}

function valueAt(configuration: object, path: string): FieldValue {
  let found: unknown = configuration
  for (const key of path.split('.')) found = (found as Record<string, unknown>)[key]
  return found as FieldValue
}
