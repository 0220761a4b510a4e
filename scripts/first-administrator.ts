import { closeDb } from '#lib/db'
import { inviteFirstAdministrator } from '#lib/services/accounts/invite-first-administrator'
import { systemContext } from '#lib/services/context'

/** Prints the one-time link that makes the first administrator; prints nothing when there is one. */
try {
  const link = await inviteFirstAdministrator(systemContext('first-administrator'))
  if (link) console.log(link)
} finally {
  await closeDb()
}
