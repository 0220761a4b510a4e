import path from 'node:path'
import { parseArgs } from 'node:util'
import { explain } from './setup/cured-error.mjs'
import { projectRoot as root } from './setup/paths.mjs'
import { setUpCheckout } from './start/set-up-checkout.mjs'
import { runStep } from './test/run-step.mjs'
import { stepsOf } from './test/steps.mjs'

/**
 * Every check of the project, one after the other; all run even when one fails. The last line counts them: `N passed, N failed`.
 * `--quick` leaves out what takes minutes, `--long` adds what takes longer than a commit should wait for.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean' }, long: { type: 'boolean' } } })
const startedAt = Date.now()
const say = (text) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${text}`)

try {
  process.chdir(root)
  await setUpCheckout({ root, accelerator: 'cpu', withWeb: false, say })
} catch (error) {
  console.error(explain(error))
  console.log('0 passed, 1 failed')
  process.exit(1)
}

const total = { passed: 0, failed: 0 }
for (const step of stepsOf(values)) {
  say(step.name)
  const { passed, failed, output } = await runStep({ ...step, root: path.resolve(root) })
  total.passed += passed
  total.failed += failed
  if (failed > 0) console.log(output.trimEnd())
  say(`${step.name}: ${passed} passed, ${failed} failed`)
}
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
