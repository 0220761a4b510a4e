import { parseArgs } from 'node:util'
import { closeDb } from '#lib/db'
import { LabError } from '#lib/errors'
import { inviteMember } from '#lib/services/accounts/invite-member'
import { Role } from '#lib/services/accounts/role'
import { systemContext } from '#lib/services/context'

/** `npm run invite -- --role administrator [--email ADDRESS]`: prints a one-time link that makes a member. */
const { values } = parseArgs({ options: { role: { type: 'string', default: 'viewer' }, email: { type: 'string' } } })
try {
  const role = Role.safeParse(values.role)
  if (!role.success) throw new LabError('invalid', `--role is one of ${Role.options.join(', ')}.`)
  const { link } = await inviteMember(systemContext('invite'), { role: role.data, email: values.email })
  console.log(link)
} catch (error) {
  if (!(error instanceof LabError)) throw error
  console.error(error.message)
  process.exitCode = 1
} finally {
  await closeDb()
}
