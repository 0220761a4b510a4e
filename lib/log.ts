import pino from 'pino'
import { env } from './env.ts'

export type Log = pino.Logger

let root: Log | undefined

/** One JSON line an event on standard output; secrets never enter it. */
export function log(name: string): Log {
  root ??= pino({
    level: env().logLevel,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['password', 'token', '*.password', '*.token', 'req.headers.cookie', 'req.headers.authorization'],
  })
  return root.child({ name })
}
