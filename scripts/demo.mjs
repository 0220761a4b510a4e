import { randomUUID } from 'node:crypto'
import { mkdirSync, realpathSync } from 'node:fs'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { CuredError, explain } from './setup/cured-error.mjs'
import { lockPath, tryLock } from './setup/lock.mjs'
import { pinnedNode, projectRoot as root } from './setup/paths.mjs'
import { createCluster, openCluster, startCluster, stopCluster } from './setup/postgres.mjs'
import { checkPrerequisites } from './setup/prerequisites.mjs'
import { runNode, stopRunningCommands } from './setup/run-command.mjs'
import { childEnvironment } from './start/child-environment.mjs'
import { readRuntimeFile } from './start/runtime-file.mjs'
import { loadSecrets } from './start/secrets.mjs'
import { setUpCheckout } from './start/set-up-checkout.mjs'
import { supervise } from './start/supervise.mjs'

const HELP = `Usage: npm run demo -- [flags]

Runs the demo ablation (no dictionary, 64 and 256 codewords, two seeds each) without a browser and prints its result table.
What is finished already is not repeated. A lab that runs on the data directory is used; otherwise database and worker are started.

  --json               print one JSON object instead of the table
  --data-dir DIR       database, files, secrets, logs (default .data in the checkout)
  --port N             the port that the printed address of the page is for, where no lab runs (default 3000)
  --accelerator WHICH  auto, cpu or cuda (default auto)
  --help               this text`

/** Good for the system's Node, like start.mjs: prepares what is missing, runs the demo on the Node of the lockfile, stops what it started. */
const startedAt = Date.now()
const undo = []
let demo
let isStopping = false
const say = (text) => console.error(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`)

function parse() {
  try {
    return parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        'data-dir': { type: 'string', default: '.data' },
        port: { type: 'string', default: '3000' },
        accelerator: { type: 'string', default: 'auto' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new CuredError(`${error.message.split('. ')[0]}. \`npm run demo -- --help\` lists the flags.`)
  }
}

async function main() {
  const flags = parse()
  if (flags.help) return console.log(HELP)
  checkPrerequisites()
  mkdirSync(path.resolve(flags['data-dir']), { recursive: true, mode: 0o711 })
  const dataDir = realpathSync(path.resolve(flags['data-dir']))
  const lock = await tryLock(lockPath(dataDir))
  const env = lock.holder ? await joinLab(dataDir, lock.holder) : await startOwn(dataDir, flags, lock)
  if (isStopping) return
  const onOutput = (text) => text.split('\n').filter(Boolean).forEach((line) => say(`Demo data: ${line}`)) // prettier-ignore
  await runNode(pinnedNode(root), ['scripts/import-demo.ts'], { cwd: root, env, what: 'Importing the demo data', onOutput })
  if (isStopping) return
  process.exitCode = await runDemo(env, flags.json)
}

async function joinLab(dataDir, holder) {
  const lab = await readRuntimeFile(dataDir, holder)
  if (!lab)
    throw new CuredError(
      `${dataDir} is in use by process ${holder}: a lab that is still starting (try again in a moment), or another demo.`,
    )
  say(`Using the lab that runs at ${lab.baseUrl}`)
  const own = { DATABASE_URL: lab.databaseUrl, SOHO_DATA_DIR: dataDir, BASE_URL: lab.baseUrl }
  return { ...process.env, ...own, NODE_ENV: 'production', LOG_LEVEL: 'warn' }
}

async function startOwn(dataDir, flags, lock) {
  undo.push(lock.release)
  for (const folder of ['logs', 'artifacts']) mkdirSync(path.join(dataDir, folder), { recursive: true, mode: 0o700 })
  await setUpCheckout({ root, accelerator: flags.accelerator, withWeb: false, say })
  const secrets = await loadSecrets(dataDir)
  const databaseUrl = process.env.DATABASE_URL || (await startDatabase(dataDir, secrets))
  const address = `http://127.0.0.1:${flags.port}`
  const wanted = { workers: 1, accelerator: flags.accelerator }
  const env = childEnvironment({ root, dataDir, databaseUrl, address, secrets, instanceId: randomUUID(), flags: wanted })
  await runNode(pinnedNode(root), ['scripts/prepare-database.ts'], { cwd: root, env, what: 'Preparing the database' })
  const log = path.join(dataDir, 'logs', 'worker.log')
  const worker = supervise({ name: 'worker', command: pinnedNode(root), args: ['workers/main.ts'], cwd: root, env, log, say })
  undo.push(() => worker.stop(20_000))
  say('Database and worker are running')
  return { ...env, LOG_LEVEL: 'warn' }
}

async function startDatabase(dataDir, secrets) {
  const server = await openCluster({ root, dataDir, password: secrets.databasePassword })
  await createCluster(server)
  undo.push(() => stopCluster(server))
  return startCluster(server)
}

function runDemo(env, isJson) {
  return new Promise((resolve) => {
    demo = spawn(pinnedNode(root), ['scripts/demo.ts', ...(isJson ? ['--json'] : [])], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    demo.on('exit', (code) => resolve(code ?? 1))
  })
}

/** The ablation itself goes on with the next start, or in the lab that runs. */
function onSignal() {
  if (!isStopping) say('Stopping; what is done is kept, and the next `npm run demo` goes on from here')
  isStopping = true
  stopRunningCommands()
  demo?.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal)

try {
  await main()
} catch (error) {
  if (!isStopping) console.error(explain(error))
  process.exitCode = 1
} finally {
  for (const step of undo.reverse()) await step().catch((error) => console.error(explain(error)))
}
process.exit(isStopping ? 130 : process.exitCode)
