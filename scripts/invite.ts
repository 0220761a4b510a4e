import { parseArgs } from 'node:util'
import { LabError } from '#lib/errors'
import { inviteMember } from '#lib/services/accounts/invite-member'
import { Role } from '#lib/services/accounts/role'
import { systemContext } from '#lib/services/context'
import { runCommand } from './run-command.ts'

/** `npm run invite -- --role administrator [--email ADDRESS]`: prints a one-time link that makes a member. */
const { values } = parseArgs({ options: { role: { type: 'string', default: 'viewer' }, email: { type: 'string' } } })
await runCommand(async () => {
  const role = Role.safeParse(values.role)
  if (!role.success) throw new LabError('invalid', `--role is one of ${Role.options.join(', ')}.`)
  const { link } = await inviteMember(systemContext('invite'), { role: role.data, email: values.email })
  console.log(link)
})
