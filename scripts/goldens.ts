import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Comparison } from '#lib/soho/goldens/compare'
import { modelFamilies } from '#lib/soho/goldens/model-families'
import { ownGoldens, readIndex } from '#lib/soho/goldens/read-golden'
import { runGolden, summarizeGolden } from '#lib/soho/goldens/run-goldens'
import type { GoldenSummary } from '#lib/soho/goldens/run-goldens'
import { statisticsFamily } from '#lib/soho/goldens/check-statistics'
import { fusedKernels } from '#lib/soho/nn/fused-kernels'
import { plainKernels } from '#lib/soho/nn/plain-kernels'
import { holm } from '#lib/stats/holm'
import { mcnemarExact } from '#lib/stats/mcnemar'
import { pairedBootstrap } from '#lib/stats/paired-bootstrap'
import { welchDifference } from '#lib/stats/welch'
import { wilsonInterval } from '#lib/stats/wilson'
import { installBackend } from '#workers/backend'

/**
 * Checks the model against reference values: `npm run goldens -- [--dir FOLDER] [--json]`, where FOLDER holds an `index.json` and its
 * files. A line a case, or one JSON object; ends with 1 if a case fails.
 */
const families = {
  ...modelFamilies,
  statistics: statisticsFamily({ holm, mcnemarExact, pairedBootstrap, welchDifference, wilsonInterval }),
}

function options(): { dir: string; json: boolean } {
  const { values } = parseArgs({ options: { dir: { type: 'string', default: ownGoldens }, json: { type: 'boolean', default: false } } })
  // What looks for TensorFlow's library reads the command line too, and would take the folder for its own.
  process.argv.splice(2)
  return values
}

function line({ case: name, comparisons, worst, passed }: GoldenSummary): string {
  const numbers = `${String(comparisons).padStart(5)} comparisons   ${worst.error.toExponential(1)} / ${worst.tolerance.toExponential(1)}`
  return `${passed ? 'pass' : 'FAIL'}  ${name.padEnd(40)} ${numbers}${passed ? '' : `   ${worst.what}`}`
}

async function main(): Promise<boolean> {
  const { dir, json } = options()
  const directory = path.resolve(dir)
  const cases = readIndex(directory)
  const { kernels } = await installBackend()
  const kernelSets = kernels === 'fused' ? [plainKernels, fusedKernels] : [plainKernels]
  const comparisons: Comparison[] = []
  const results: GoldenSummary[] = []
  for (const entry of cases) {
    const found = runGolden(directory, entry, families, kernelSets)
    comparisons.push(...found)
    results.push(summarizeGolden(found))
    if (!json) console.log(line(summarizeGolden(found)))
  }
  const failed = results.filter(({ passed }) => !passed).length
  const total = { cases: cases.length, failed, comparisons: comparisons.length }
  const failures = comparisons.filter(({ passed }) => !passed)
  if (json) console.log(JSON.stringify({ directory, kernels: kernelSets.map(({ name }) => name), ...total, results, failures }))
  else console.log(`${total.cases} cases, ${total.comparisons} comparisons, ${failed} ${failed === 1 ? 'case' : 'cases'} failed`)
  return failed === 0
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
