import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { CuredError } from './cured-error.mjs'

/**
 * The account that owns the embedded server: PostgreSQL refuses to run as root, so root lends it `postgres` or `nobody`.
 * Answers spawn options, empty when we are no root.
 */
export function databaseAccount(uid = process.getuid?.(), passwd = readPasswd()) {
  if (uid !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    const fields = passwd.split('\n').map((line) => line.split(':'))
    const entry = fields.find((parts) => parts[0] === name)
    if (entry && Number(entry[2]) > 0) return { uid: Number(entry[2]), gid: Number(entry[3]), name }
  }
  throw new CuredError(
    'PostgreSQL does not run as root and there is neither a postgres nor a nobody account: start the lab as an ordinary user, or set DATABASE_URL.',
  )
}

/** Throws one sentence when the account cannot reach the server's programs or the folder of its data. */
export function checkReach(account, programs, dataParent) {
  if (account.uid === undefined) return
  const who = { uid: account.uid, gid: account.gid, cwd: '/' }
  if (!allows(who, '-x', programs)) {
    throw new CuredError(
      `The database's user (${account.name}) cannot read ${programs}: move the checkout out of a private folder, or set DATABASE_URL.`,
    )
  }
  if (!allows(who, '-x', dataParent)) {
    throw new CuredError(
      `The database's user (${account.name}) cannot reach ${dataParent}: choose another place with --data-dir, or set DATABASE_URL.`,
    )
  }
}

function allows(who, flag, target) {
  return spawnSync('/bin/sh', ['-c', `test ${flag} "$1"`, 'sh', target], { ...who, stdio: 'ignore' }).status === 0
}

function readPasswd() {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}
