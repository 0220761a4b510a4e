import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runCommand, runNode } from './run-command.mjs'

/** Installs what the lockfile names when it changed since the last installation. An interrupted one leaves no mark and is repeated. */
export async function installDependencies({ root, say }) {
  const wanted = createHash('sha256')
    .update(await readFile(path.join(root, 'package-lock.json')))
    .digest('hex')
  const mark = path.join(root, 'node_modules/.lock-sha')
  if ((await readFile(mark, 'utf8').catch(() => '')) === wanted) return false
  say('Dependencies: npm ci (about a minute)')
  const args = ['ci', '--ignore-scripts', '--loglevel=error', '--no-progress', '--no-audit', '--no-fund']
  const npm = npmCli()
  const options = { cwd: root, what: 'Installing the dependencies (npm ci)', env: installEnvironment() }
  if (npm) await runNode(process.execPath, [npm, ...args], options)
  else await runCommand('npm', args, options)
  await writeFile(mark, wanted)
  return true
}

function npmCli() {
  const beside = [process.env.npm_execpath, path.resolve(process.execPath, '../../lib/node_modules/npm/bin/npm-cli.js')]
  return beside.find((file) => file && /npm-cli\.[cm]?js$/.test(file) && existsSync(file))
}

/** With NODE_ENV=production npm would leave out what the build needs. */
function installEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NODE_ENV'))
}
