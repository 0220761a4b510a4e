import { Prisma } from '#lib/generated/prisma/client'
import { newId } from '../imports/new-id.ts'

/** 12 digits in base 16 hold it and any number of rows beside it. */
const firstNumber = 2n ** 44n

/** A UUID of version 7 for rows that SQL numbers: ids of one base rise with the number, as those of an import do with the record. */
export function orderedId(base: string, number: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${base.slice(0, 24)} || to_hex((${number})::bigint + ${firstNumber}))::uuid`
}

/** One for each kind of row. */
export interface IdBases {
  image: string
  example: string
  object: string
}

export const newIdBases = (): IdBases => ({ image: newId(), example: newId(), object: newId() })
