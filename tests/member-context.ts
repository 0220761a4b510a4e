import { db } from '../lib/db.ts'
import type { Role } from '../lib/generated/prisma/enums.ts'
import { createContext } from '../lib/services/context.ts'
import type { Context } from '../lib/services/context.ts'

/** The context of a member of a role, who is made where there is none of that name yet. */
export async function memberContext(role: Role, name: string = role): Promise<Context> {
  const user = await db().user.upsert({
    where: { id: name },
    create: { id: name, name, email: `${name}@lab.test`, role },
    update: {},
  })
  return createContext({ kind: 'user', userId: user.id, name: user.name, role })
}
