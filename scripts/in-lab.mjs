import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { CuredError, explain } from './setup/cured-error.mjs'
import { lockPath, tryLock } from './setup/lock.mjs'
import { pinnedNode, projectRoot as root } from './setup/paths.mjs'
import { readRuntimeFile } from './start/runtime-file.mjs'

/**
 * Runs a command of the server's own against the lab that runs on a data directory: `npm run reset-password -- EMAIL`,
 * `npm run invite -- --role administrator`, `npm run weights -- add FILE`, `npm run dataset -- import DIR`. `--data-dir DIR` names another
 * lab than the checkout's; DATABASE_URL, when set, is used as it is.
 */
async function main([command, ...args]) {
  if (!['invite', 'reset-password', 'weights', 'dataset'].includes(command))
    throw new CuredError('The commands are invite, reset-password, weights and dataset.')
  const env = process.env.DATABASE_URL ? process.env : { ...process.env, ...(await runningLab(takeDataDir(args))) }
  const script = path.join(root, 'scripts', `${command}.ts`)
  const { status } = spawnSync(pinnedNode(root), [script, ...args], {
    cwd: root,
    env: { ...env, LOG_LEVEL: 'warn', NODE_ENV: 'production' },
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}

function takeDataDir(args) {
  const at = args.indexOf('--data-dir')
  return at < 0 ? path.join(root, '.data') : path.resolve(args.splice(at, 2)[1] ?? '')
}

async function runningLab(wanted) {
  const notRunning = new CuredError(`No lab runs on ${wanted}: start it with \`npm start\`, or name its place with --data-dir.`)
  if (!existsSync(wanted)) throw notRunning
  const dataDir = realpathSync(wanted)
  const lock = await tryLock(lockPath(dataDir))
  if (!lock.holder) {
    await lock.release()
    throw notRunning
  }
  const lab = await readRuntimeFile(dataDir, lock.holder)
  if (!lab) throw new CuredError(`The lab on ${dataDir} is still starting: try again in a moment.`)
  return { DATABASE_URL: lab.databaseUrl, SOHO_DATA_DIR: dataDir, BASE_URL: lab.baseUrl, SOHO_DATA_ROOTS: lab.dataRoots ?? '' }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(explain(error))
  process.exitCode = 1
})
