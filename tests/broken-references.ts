import { db } from '../lib/db.ts'

interface Reference {
  name: string
  from: string
  to: string
  columns: string[]
  targets: string[]
}

/** Foreign keys that rows violate, with how many: none, however the rows were written. */
export async function findBrokenReferences(): Promise<string[]> {
  const references = await db().$queryRaw<Reference[]>`
    select conname as name, conrelid::regclass::text as "from", confrelid::regclass::text as "to",
      array(select quote_ident(attname) from unnest(conkey) with ordinality k (n, i) join pg_attribute on attrelid = conrelid and attnum = n
            order by i) as columns,
      array(select quote_ident(attname) from unnest(confkey) with ordinality k (n, i) join pg_attribute on attrelid = confrelid and attnum = n
            order by i) as targets
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`
  const broken: string[] = []
  for (const { name, from, to, columns, targets } of references) {
    const known = columns.map((column) => `f.${column} is not null`).join(' and ')
    const equal = columns.map((column, i) => `t.${targets[i]} = f.${column}`).join(' and ')
    const [row] = await db().$queryRawUnsafe<{ count: number }[]>(
      `select count(*)::int as count from ${from} f where ${known} and not exists (select 1 from ${to} t where ${equal})`,
    )
    if (row?.count !== 0) broken.push(`${name}: ${row?.count} rows`)
  }
  return broken
}
