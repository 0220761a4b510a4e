import { closeDb } from '#lib/db'
import { LabError } from '#lib/errors'

/** Runs a command of the server's own: what a user can mend is one sentence and exit code 1, anything else is a defect with its trace. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    console.error(error.message)
    process.exitCode = 1
  } finally {
    await closeDb()
  }
}
