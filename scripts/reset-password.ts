import { closeDb } from '#lib/db'
import { LabError } from '#lib/errors'
import { createPasswordReset } from '#lib/services/accounts/create-password-reset'
import { systemContext } from '#lib/services/context'

/** `npm run reset-password -- EMAIL`: prints a one-time link with which this member sets a new password. */
const email = process.argv[2]
try {
  if (!email) throw new LabError('invalid', 'Whose password? npm run reset-password -- EMAIL')
  const { link } = await createPasswordReset(systemContext('reset-password'), { email })
  console.log(link)
} catch (error) {
  if (!(error instanceof LabError)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await closeDb()
}
