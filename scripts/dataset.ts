import path from 'node:path'
import { parseArgs } from 'node:util'
import { LabError } from '#lib/errors'
import { closeQueue } from '#lib/queue'
import { systemContext } from '#lib/services/context'
import { listDatasets } from '#lib/services/datasets/list-datasets'
import { importFormats } from '#lib/services/imports/format-catalog'
import { inspectFolder } from '#lib/services/imports/inspect-folder'
import { describeFolder } from './dataset/describe-folder.ts'
import { importFolder } from './dataset/import-folder.ts'
import { runCommand } from './run-command.ts'

/**
 * `npm run dataset -- import DIR --name NAME [--format F] [--json]` imports a folder and waits for its end; `npm run dataset -- inspect DIR`
 * says what could be imported, and `npm run dataset -- list` what is there. A lab on another data directory: `--data-dir DIR`.
 */
const usage = `Say what to do:
  npm run dataset -- import DIR --name NAME [--format ${importFormats.join('|')}] [--license L] [--attribution A] [--json]
  npm run dataset -- inspect DIR [--json]
  npm run dataset -- list [--json]`

const ctx = systemContext('dataset')

async function main(): Promise<void> {
  const { values, positionals } = readArguments()
  const [command, folder, ...more] = positionals
  if (more.length > 0) throw new LabError('invalid', usage)
  if (command === 'import' && folder !== undefined && values.name !== undefined) {
    const { name, format, license, attribution, json } = values
    const ended = await importFolder(
      ctx,
      { folder: placeOf(folder), name, format, license, attribution },
      json ? console.error : console.log,
    )
    if (json) console.log(JSON.stringify(ended))
    if (ended.status !== 'succeeded') process.exitCode = 1
  } else if (command === 'inspect' && folder !== undefined) {
    const found = await inspectFolder(ctx, { path: placeOf(folder) })
    console.log(values.json ? JSON.stringify(found) : describeFolder(found).join('\n'))
  } else if (command === 'list' && folder === undefined) await list(values.json)
  else throw new LabError('invalid', usage)
}

function readArguments() {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      allowPositionals: true,
      options: { name: text, format: text, license: text, attribution: text, json: { type: 'boolean', default: false } },
    })
  } catch (error) {
    throw new LabError('invalid', `${(error as Error).message}. ${usage}`)
  }
}

/** npm changes to the checkout; a relative path means the caller's folder. */
const placeOf = (folder: string) => path.resolve(process.env['INIT_CWD'] ?? '.', folder)

async function list(isJson: boolean): Promise<void> {
  const { datasets } = await listDatasets(ctx)
  if (isJson) return console.log(JSON.stringify(datasets))
  if (datasets.length === 0) console.log('There is no dataset yet.')
  for (const { name, format, version } of datasets) {
    const state = version ? `version ${version.number}, ${version.counts.images} images` : 'no version yet'
    console.log(`${name}  ${format}  ${state}`)
  }
}

try {
  await runCommand(main)
} finally {
  await closeQueue()
}
