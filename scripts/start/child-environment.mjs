import { availableParallelism } from 'node:os'
import path from 'node:path'
import { pinnedNode } from '../setup/paths.mjs'

/** What web, workers and scripts need, as lib/env.ts reads it. What the user has set wins where it is theirs to set. */
export function childEnvironment({ root, dataDir, databaseUrl, address, secrets, instanceId, flags, env = process.env }) {
  const slots = Math.max(1, Math.floor(Math.min(2, availableParallelism()) / Math.max(1, flags.workers)))
  return {
    ...env,
    PATH: `${path.dirname(pinnedNode(root))}${path.delimiter}${env.PATH ?? ''}`,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    DATABASE_URL: databaseUrl,
    SOHO_DATA_DIR: dataDir,
    BASE_URL: env.BASE_URL || address,
    SESSION_SECRET: env.SESSION_SECRET || secrets.sessionSecret,
    SOHO_INSTANCE_ID: instanceId,
    SOHO_PARENT_PID: String(process.pid),
    SOHO_ACCELERATOR: flags.accelerator,
    SOHO_TRAINER_SLOTS: env.SOHO_TRAINER_SLOTS || String(slots),
  }
}

/** What to type into a browser on this machine: a wildcard address is no address. */
export function addressOf(host, port) {
  const reachable = ['0.0.0.0', '::', '[::]'].includes(host) ? '127.0.0.1' : host
  return `http://${reachable.includes(':') ? `[${reachable.replace(/[[\]]/g, '')}]` : reachable}:${port}`
}
