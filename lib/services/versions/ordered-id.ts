import { Prisma } from '#lib/generated/prisma/client'
import { newId } from '../imports/new-id.ts'

/** A UUID of version 7 for rows that SQL numbers: ids of one base rise with the number, as those of an import do with the record. */
export function orderedId(base: string, number: Prisma.Sql): Prisma.Sql {
  const time = base.slice(0, 13)
  const tail = base.slice(-8)
  const hex = Prisma.sql`lpad(to_hex((${number})::bigint), 10, '0')`
  return Prisma.sql`(${time} || '-7' || substr(${hex}, 1, 3) || '-8' || substr(${hex}, 4, 3) || '-' || substr(${hex}, 7, 4) || ${tail})::uuid`
}

/** One for each kind of row. */
export interface IdBases {
  image: string
  example: string
  object: string
}

export const newIdBases = (): IdBases => ({ image: newId(), example: newId(), object: newId() })
