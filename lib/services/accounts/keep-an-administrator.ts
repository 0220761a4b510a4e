import type { Tx } from '#lib/db'
import { conflict } from '#lib/errors'

/** Locks the administrators' rows until the transaction ends, and throws when `userId` is the only one: two at once cannot remove each other. */
export async function keepAnAdministrator(tx: Tx, userId: string): Promise<void> {
  const administrators = await tx.$queryRaw<{ id: string }[]>`
    select id from "User" where role = 'administrator' and "removedAt" is null order by id for update`
  if (administrators.length === 1 && administrators[0]?.id === userId)
    throw conflict('This is the last administrator: make somebody else administrator first.')
}
