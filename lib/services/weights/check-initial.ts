import type { Db, Tx } from '#lib/db'
import { invalid } from '#lib/errors'
import type { Configuration } from '#lib/soho/config'
import { encoderMisfit, textMisfit } from '#lib/soho/weights/check-fit'
import type { CreateAblationInput } from '../ablations/create-ablation-input.ts'
import { fieldLabel } from '../ablations/field-catalog.ts'
import { WeightSummary } from './weight-summary.ts'

interface Known {
  name: string
  summary: WeightSummary
}

/**
 * Every registered file that the configurations name is there and fits. In a launch's transaction the files stay until it ends.
 * @throws LabError naming the file and the form field that chose it
 */
export async function checkInitial(db: Db | Tx, input: CreateAblationInput, configurations: readonly Configuration[]): Promise<void> {
  const files = await readFiles(db, configurations)
  for (const configuration of configurations) {
    const { initial, text } = configuration
    const given = (field: string, digest: string) => {
      const file = files.get(digest)
      if (!file) throw refusal(input, field, 'This file is not registered (any more): choose another')
      return file
    }
    const refuse = (field: string, { name }: Known, misfit: string | null) => {
      if (misfit) throw refusal(input, field, `${name} does not fit: ${misfit}`)
    }
    const vocabulary = text.vocabulary ? given('text.vocabulary', text.vocabulary) : null
    if (vocabulary) refuse('text.vocabulary', vocabulary, vocabulary.summary.pieces === null ? 'it is no vocabulary' : null)
    if (initial.encoder) {
      const file = given('initial.encoder', initial.encoder)
      refuse('initial.encoder', file, encoderMisfit(file.summary, configuration))
    }
    if (initial.text) {
      const file = given('initial.text', initial.text)
      refuse('initial.text', file, textMisfit(file.summary, vocabulary?.summary.pieces ?? null, configuration))
    }
  }
}

async function readFiles(db: Db | Tx, configurations: readonly Configuration[]): Promise<Map<string, Known>> {
  const named = configurations.flatMap(({ initial, text }) => [initial.encoder, initial.text, text.vocabulary ?? null])
  const digests = [...new Set(named.filter((digest) => digest !== null))]
  if (digests.length === 0) return new Map()
  const rows = await db.$queryRaw<{ digest: string; name: string; summary: unknown }[]>`
    select "digest", "name", "summary" from "WeightFile" where "digest" = any(${digests}) for share`
  return new Map(rows.map(({ digest, name, summary }) => [digest, { name, summary: WeightSummary.parse(summary) }]))
}

function refusal({ overrides, factors }: CreateAblationInput, field: string, message: string) {
  const override = overrides.findIndex((one) => one.field === field)
  const factor = factors.findIndex((one) => one.field === field)
  const from = override >= 0 ? `overrides.${override}.value` : factor >= 0 ? `factors.${factor}.values` : field
  return invalid(`${fieldLabel(field)}: ${message}.`, { [from]: message })
}
