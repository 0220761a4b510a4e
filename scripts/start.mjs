import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { CuredError, explain } from './setup/cured-error.mjs'
import { claimPort } from './setup/free-port.mjs'
import { lockPath, tryLock } from './setup/lock.mjs'
import { pinnedNode, projectRoot as root } from './setup/paths.mjs'
import { createCluster, openCluster, startCluster, stopCluster } from './setup/postgres.mjs'
import { checkPrerequisites } from './setup/prerequisites.mjs'
import { runNode, stopRunningCommands } from './setup/run-command.mjs'
import { HELP, parseArguments } from './start/arguments.mjs'
import { addressOf, childEnvironment } from './start/child-environment.mjs'
import { writeRuntimeFile } from './start/runtime-file.mjs'
import { loadSecrets } from './start/secrets.mjs'
import { setUpCheckout } from './start/set-up-checkout.mjs'
import { supervise } from './start/supervise.mjs'
import { waitUntilHealthy } from './start/wait-until-healthy.mjs'
import { watchPostgres } from './start/watch-postgres.mjs'

/** Dependency-free and good for the system's Node: it prepares everything the rest needs, starts it, and stops it in order. */
const startedAt = Date.now()
const stopping = new AbortController()
const undo = []
const say = (text) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`)

async function main() {
  const flags = parseArguments(process.argv.slice(2))
  if (flags.help) return console.log(HELP)
  checkPrerequisites()
  const dataDir = await lockDataDirectory(flags.dataDir)
  const port = await claimPort(flags.port, flags.host)
  await setUpCheckout({ root, accelerator: flags.accelerator, say })
  throwIfStopped()
  const secrets = await loadSecrets(dataDir)
  const databaseUrl = process.env.DATABASE_URL || (await startDatabase(dataDir, secrets))
  throwIfStopped()
  const address = addressOf(flags.host, port)
  const instanceId = randomUUID()
  const env = childEnvironment({ root, dataDir, databaseUrl, address, secrets, instanceId, flags })
  const prepared = await runNode(pinnedNode(root), ['scripts/prepare-database.ts'], { cwd: root, env, what: 'Preparing the database' })
  if (prepared.trim()) say(`Database: ${prepared.trim().split('\n').join(', ')}`)
  throwIfStopped()
  const children = startChildren({ flags, port, dataDir, env })
  await waitUntilHealthy({ address, instanceId, children, needsWorker: flags.workers > 0, signal: stopping.signal })
  throwIfStopped()
  undo.push(await writeRuntimeFile(dataDir, { databaseUrl, baseUrl: env.BASE_URL, dataRoots: env.SOHO_DATA_ROOTS }))
  await welcome(env)
  if (flags.demo) await importDemo(env)
}

async function lockDataDirectory(wanted) {
  const full = path.resolve(wanted)
  // Others may pass through to the database's own folder; everything else inside is closed to them.
  mkdirSync(full, { recursive: true, mode: 0o711 })
  const dataDir = realpathSync(full)
  const lock = await tryLock(lockPath(dataDir))
  if (lock.holder)
    throw new CuredError(
      `${dataDir} is in use by another SOHO Lab (process ${lock.holder}): stop that one, or choose another place with --data-dir.`,
    )
  undo.push(lock.release)
  mkdirSync(path.join(dataDir, 'logs'), { recursive: true, mode: 0o700 })
  mkdirSync(path.join(dataDir, 'artifacts'), { recursive: true, mode: 0o700 })
  return dataDir
}

async function startDatabase(dataDir, secrets) {
  const server = await openCluster({ root, dataDir, password: secrets.databasePassword })
  if (await createCluster(server)) say('Database: created')
  throwIfStopped()
  undo.push(() => stopCluster(server))
  const databaseUrl = await startCluster(server)
  undo.push(watchPostgres(server, say))
  return databaseUrl
}

function startChildren({ flags, port, dataDir, env }) {
  const dieWithParent = path.join(root, 'scripts/start/die-with-parent.mjs')
  const next = path.join(root, 'node_modules/next/dist/bin/next')
  const common = { command: pinnedNode(root), cwd: root, env, say }
  const children = []
  const add = (name, args) => children.push(supervise({ ...common, name, args, log: path.join(dataDir, 'logs', `${name}.log`) }))
  for (let number = 1; number <= flags.workers; number++) add(flags.workers === 1 ? 'worker' : `worker-${number}`, ['workers/main.ts'])
  add('web', ['--import', dieWithParent, next, 'start', '-p', String(port), '-H', flags.host])
  undo.push(() => Promise.all(children.map((child) => child.stop(20_000))))
  return children
}

async function welcome(env) {
  say(`SOHO Lab is running: ${env.BASE_URL}`)
  const link = await runScript('scripts/first-administrator.ts', env)
  if (link.trim()) console.log(`\n  Sign in for the first time, as administrator (the link works once):\n  ${link.trim()}\n`)
  console.log('  Ctrl-C stops everything.')
}

async function importDemo(env) {
  const onOutput = (text) =>
    text
      .split('\n')
      .filter(Boolean)
      .forEach((line) => say(`Demo data: ${line}`))
  await runScript('scripts/import-demo.ts', env, onOutput).catch((error) => {
    if (!stopping.signal.aborted) say(`Demo data: ${explain(error)}`)
  })
}

async function runScript(script, env, onOutput) {
  if (!existsSync(path.join(root, script))) return ''
  return runNode(pinnedNode(root), [script], { cwd: root, env: { ...env, LOG_LEVEL: 'warn' }, what: script, onOutput })
}

function throwIfStopped() {
  if (stopping.signal.aborted) throw new CuredError('Stopped.')
}

let ending
function end(code) {
  return (ending ??= (async () => {
    stopping.abort()
    stopRunningCommands()
    for (const step of undo.reverse()) await step().catch((error) => console.error(explain(error)))
    process.exit(code)
  })())
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!ending) say('Stopping')
    stopping.abort()
    stopRunningCommands()
    if (isUp) void end(0)
  })
}
let isUp = false
try {
  await main()
  isUp = true
  if (undo.length > 0 && stopping.signal.aborted) await end(0)
} catch (error) {
  if (!stopping.signal.aborted) console.error(explain(error))
  await end(stopping.signal.aborted ? 0 : 1)
}
