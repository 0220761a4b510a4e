import { createReadStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { parseArgs } from 'node:util'
import { LabError } from '#lib/errors'
import { systemContext } from '#lib/services/context'
import { readStageWeights } from '#lib/services/stages/read-stage-weights'
import { inWords } from '#lib/services/weights/in-words'
import { listWeightFiles } from '#lib/services/weights/list-weight-files'
import { registerWeightFile } from '#lib/services/weights/register-weight-file'
import type { WeightFileView } from '#lib/services/weights/weight-file-view'
import { StageKind } from '#lib/soho/config'
import { decodeSafetensors, encodeSafetensors } from '#lib/soho/train/safetensors'
import { exportWeights } from '#lib/soho/weights/export-weights'
import type { ExportPart } from '#lib/soho/weights/export-weights'
import { runCommand } from './run-command.ts'

/**
 * `npm run weights -- add FILE [--name NAME] [--json]` registers weights (safetensors) or word pieces (vocab.txt);
 * `npm run weights -- list [--json]` lists what is registered; `npm run weights -- export RUN --to FILE` writes the weights of a run in
 * PyTorch's layout. A lab on another data directory: `--data-dir DIR`.
 */
const usage = `Say what to do:
  npm run weights -- add FILE [--name NAME] [--json]
  npm run weights -- list [--json]
  npm run weights -- export RUN --to FILE [--stage ${StageKind.options.join('|')}] [--part encoder|text|all]`

async function main(): Promise<void> {
  const { values, positionals } = readArguments()
  const [command, file, ...more] = positionals
  if (command === 'add' && file !== undefined && more.length === 0) {
    const added = await add(file, values.name)
    if (values.json) console.log(JSON.stringify({ ...added.file, isNew: added.isNew }))
    else console.log(`${added.isNew ? 'Registered' : 'Known already'}: ${line(added.file)}`)
  } else if (command === 'list' && file === undefined) {
    const files = await listWeightFiles(systemContext('weights'))
    if (values.json) console.log(JSON.stringify(files))
    else if (files.length === 0) console.log('No weights and no vocabulary are registered.')
    else for (const one of files) console.log(line(one))
  } else if (command === 'export' && file !== undefined && values.to !== undefined) await exportRun(file, values)
  else throw new LabError('invalid', usage)
}

async function exportRun(runId: string, { to = '', stage, part }: { to?: string; stage: string; part: string }): Promise<void> {
  const kind = StageKind.safeParse(stage)
  if (!kind.success || !['encoder', 'text', 'all'].includes(part)) throw new LabError('invalid', usage)
  const { arrays } = decodeSafetensors(await readStageWeights(systemContext('weights'), { runId, kind: kind.data }))
  const exported = exportWeights(arrays, part as ExportPart)
  await writeFile(placeOf(to), encodeSafetensors(exported, { format: 'pt' }), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? new LabError('invalid', `${to} is there already.`) : error
  })
  console.log(`Wrote ${exported.size} tensors to ${to}`)
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        ...{ name: { type: 'string' }, json: { type: 'boolean', default: false }, to: { type: 'string' } },
        ...{ stage: { type: 'string', default: 'pretrain' }, part: { type: 'string', default: 'all' } },
      },
    })
  } catch (error) {
    throw new LabError('invalid', `${(error as Error).message}. ${usage}`)
  }
}

/** npm changes to the checkout; a relative path means the caller's folder. */
function placeOf(file: string): string {
  return path.resolve(process.env['INIT_CWD'] ?? '.', file)
}

async function add(file: string, name: string | undefined) {
  const place = placeOf(file)
  const found = await stat(place).catch(() => null)
  if (!found?.isFile()) throw new LabError('invalid', `There is no file ${place}.`)
  const fileName = path.basename(place)
  const body = Readable.toWeb(createReadStream(place)) as WebStream<Uint8Array>
  return registerWeightFile(systemContext('weights'), { name: name ?? fileName, fileName, body, declaredBytes: found.size })
}

function line({ name, digest, ...file }: WeightFileView): string {
  return `${name}  ${inWords(file)}  sha256 ${digest}`
}

await runCommand(main)
