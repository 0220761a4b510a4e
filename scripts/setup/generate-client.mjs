import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { explain } from './cured-error.mjs'
import { pinnedNode, projectRoot } from './paths.mjs'
import { runCommand } from './run-command.mjs'

/** Writes the Prisma client to lib/generated. Prisma wants a schema engine it then does not use: any existing file satisfies it. */
export async function generateClient(root) {
  const node = pinnedNode(root)
  await runCommand(node, [path.join(root, 'node_modules/prisma/build/index.js'), 'generate'], {
    what: 'Generating the database client',
    cwd: root,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: node, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  generateClient(projectRoot).catch((error) => {
    console.error(explain(error))
    process.exitCode = 1
  })
}
