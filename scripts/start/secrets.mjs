import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

/** The lab's own secrets, made once and readable by its user alone: session secret and database password. */
export async function loadSecrets(dataDir) {
  const file = path.join(dataDir, 'secrets.json')
  const text = await readFile(file, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (text) return JSON.parse(text)
  const secrets = { sessionSecret: randomBytes(32).toString('base64url'), databasePassword: randomBytes(24).toString('hex') }
  await writeFile(`${file}.part`, JSON.stringify(secrets), { mode: 0o600 })
  await rename(`${file}.part`, file)
  return secrets
}
