import { rm } from 'node:fs/promises'
import path from 'node:path'

/** The lab has stopped or is about to: its temporary data go, whoever owns them by then. */
export default async function removeBrowserData(): Promise<void> {
  const dataDir = process.env['E2E_DATA_DIR']
  if (dataDir && path.basename(dataDir).startsWith('soho-e2e-')) await rm(dataDir, { recursive: true, force: true })
}
