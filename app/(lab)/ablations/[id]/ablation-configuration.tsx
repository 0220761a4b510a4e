import type { ReactNode } from 'react'
import Link from 'next/link'
import { writeFieldValue } from '#lib/services/ablations/field-catalog'
import type { AblationDetail } from '#lib/services/ablations/get-ablation'
import { stageLabels } from '#lib/services/stages/stage-kind'
import { Section } from '../../../_ui/section'

/** What was asked for. Each run's page has its full configuration. */
export function AblationConfiguration({ ablation }: { ablation: AblationDetail }) {
  const { preset, factors, seeds, datasets, cells } = ablation
  const rows: [string, ReactNode][] = [
    ['Preset', preset],
    ...factors.map(({ field, label, values }): [string, string] => [
      label,
      values.map((value) => writeFieldValue(field, value)).join(', '),
    ]),
    ['Seeds', seeds.join(', ')],
    ...datasets.map(({ kind, name, number }): [string, string] => [`Data of ${stageLabels[kind]}`, `${name}, version ${number}`]),
  ]
  return (
    <>
      <Section title="As launched">
        <dl className="grid max-w-3xl grid-cols-[fit-content(16rem)_minmax(0,1fr)] gap-x-4 gap-y-1">
          {rows.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="Runs" description="The full configuration stands on each run's page, with its differences to the preset.">
        <ul className="space-y-1">
          {cells.flatMap(({ label, runs }) =>
            runs.map(({ id, seed }) => (
              <li key={id}>
                <Link href={`/runs/${id}?tab=configuration`} className="text-accent hover:underline">
                  {label} · seed {seed}
                </Link>
              </li>
            )),
          )}
        </ul>
      </Section>
    </>
  )
}
