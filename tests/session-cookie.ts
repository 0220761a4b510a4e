import { randomUUID } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import { db } from '#lib/db'
import type { Role } from '#lib/generated/prisma/enums'
import { auth } from '#lib/services/accounts/auth'

const password = 'correct horse battery staple'
let hash: string | undefined

/** The cookie of a new member who has signed in. */
export async function sessionCookie(role: Role): Promise<string> {
  const id = randomUUID()
  const email = `${id}@example.org`
  await db().user.create({ data: { id, name: role, email, role } })
  hash ??= await hashPassword(password)
  await db().account.create({ data: { id: randomUUID(), accountId: id, providerId: 'credential', userId: id, password: hash } })
  const response = await auth().api.signInEmail({ body: { email, password }, asResponse: true })
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}
