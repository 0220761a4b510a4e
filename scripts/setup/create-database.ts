import pg from 'pg'

/** Creates the database a connection string names when the server lacks it. */
export async function createDatabase(connectionString: string): Promise<void> {
  if (await connects(connectionString)) return
  const url = new URL(connectionString)
  const name = decodeURIComponent(url.pathname.slice(1))
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}

async function connects(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString })
  try {
    await client.connect()
    return true
  } catch (error) {
    const databaseIsMissing = (error as { code?: string }).code === '3D000'
    if (databaseIsMissing) return false
    throw error
  } finally {
    await client.end().catch(() => undefined)
  }
}
