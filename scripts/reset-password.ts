import { LabError } from '#lib/errors'
import { createPasswordReset } from '#lib/services/accounts/create-password-reset'
import { systemContext } from '#lib/services/context'
import { runCommand } from './run-command.ts'

/** `npm run reset-password -- EMAIL`: prints a one-time link with which this member sets a new password. */
const email = process.argv[2]
await runCommand(async () => {
  if (!email) throw new LabError('invalid', 'Whose password? npm run reset-password -- EMAIL')
  const { link } = await createPasswordReset(systemContext('reset-password'), { email })
  console.log(link)
})
