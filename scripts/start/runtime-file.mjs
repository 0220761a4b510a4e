import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

const place = (dataDir) => path.join(dataDir, 'runtime.json')

/** Says to programs of the same user how to reach this running lab. Whoever holds the lock of the data directory stands behind it. */
export async function writeRuntimeFile(dataDir, { databaseUrl, baseUrl, dataRoots = '' }) {
  const file = place(dataDir)
  await writeFile(`${file}.part`, JSON.stringify({ pid: process.pid, databaseUrl, baseUrl, dataRoots }), { mode: 0o600 })
  await rename(`${file}.part`, file)
  return () => rm(file, { force: true })
}

/** Undefined when no lab has written it, or another process than the lock's holder did. */
export async function readRuntimeFile(dataDir, holder) {
  const text = await readFile(place(dataDir), 'utf8').catch(() => '')
  const found = text ? JSON.parse(text) : undefined
  return found && String(found.pid) === String(holder) ? found : undefined
}
