import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { installDependencies } from '../setup/dependencies.mjs'
import { generateClient } from '../setup/generate-client.mjs'
import { waitForLock } from '../setup/lock.mjs'
import { isNativeLibraryReady, setUpNativeLibrary } from '../setup/native-library.mjs'
import { checkBuildTools } from '../setup/prerequisites.mjs'
import { readFile, writeFile } from 'node:fs/promises'
import { buildWeb } from './build-web.mjs'

/**
 * Everything the checkout needs, whatever the data directory: dependencies, native library, database client, web build.
 * Each step is skipped when nothing changed and repeated when it was interrupted. One process at a time.
 */
export async function setUpCheckout({ root, accelerator, withWeb = true, say }) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16)
  const lock = await waitForLock(path.join(tmpdir(), `soho-lab-set-up-${process.getuid?.() ?? 0}-${name}.sock`), (holder) =>
    say(`Another process (${holder}) is setting up this checkout: waiting for it`),
  )
  try {
    await installDependencies({ root, say })
    if (!(await isNativeLibraryReady({ root, accelerator }))) checkBuildTools()
    await setUpNativeLibrary({ root, accelerator, say })
    await generateWhenChanged(root, say)
    if (withWeb) await buildWeb({ root, say })
  } finally {
    await lock.release()
  }
}

async function generateWhenChanged(root, say) {
  const wanted = createHash('sha256')
    .update(await readFile(path.join(root, 'prisma/schema.prisma')))
    .update(await readFile(path.join(root, 'package-lock.json')))
    .digest('hex')
  const mark = path.join(root, 'lib/generated/built-from')
  const isThere = existsSync(path.join(root, 'lib/generated/prisma/client.ts'))
  if (isThere && (await readFile(mark, 'utf8').catch(() => '')) === wanted) return
  say('Database client: generating')
  await generateClient(root)
  await writeFile(mark, wanted)
}
