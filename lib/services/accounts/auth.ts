import { prismaAdapter } from '@better-auth/prisma-adapter'
import { betterAuth } from 'better-auth'
import { APIError, createAuthMiddleware } from 'better-auth/api'
import { db } from '#lib/db'
import { env } from '#lib/env'
import { log } from '#lib/log'
import { createContext } from '../context.ts'
import { MAXIMUM_PASSWORD_LENGTH, MINIMUM_PASSWORD_LENGTH } from './password.ts'
import { takeAttempt } from './take-attempt.ts'
import { trustedOrigins } from './trusted-origins.ts'

const SESSION_SECONDS = 14 * 24 * 3600

let made: ReturnType<typeof createAuth> | undefined

/** Passwords, sessions and the rate limit of sign-in. Accounts are made by invitation alone (accept-invitation.ts). */
export function auth() {
  return (made ??= createAuth())
}

/** Counted by account as well as by address: whoever writes another address into the request guesses no faster. */
const countByAccount = createAuthMiddleware(async ({ path, body }) => {
  const email: unknown = body?.email
  if (path !== '/sign-in/email' || typeof email !== 'string') return
  const isAllowed = await takeAttempt(createContext({ kind: 'anonymous' }), `sign-in:${email.toLowerCase().slice(0, 200)}`)
  if (!isAllowed) throw new APIError('TOO_MANY_REQUESTS', { message: 'Too many attempts.' })
})

function createAuth() {
  const logger = log('auth')
  return betterAuth({
    appName: 'SOHO Lab',
    baseURL: env().baseUrl,
    secret: env().sessionSecret,
    trustedOrigins: trustedOrigins(),
    database: prismaAdapter(db(), { provider: 'postgresql' }),
    telemetry: { enabled: false },
    logger: { log: (level, message) => logger[level](message) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MINIMUM_PASSWORD_LENGTH,
      maxPasswordLength: MAXIMUM_PASSWORD_LENGTH,
    },
    hooks: { before: countByAccount },
    // The end of a session is fixed at sign-in, and every request reads session and role from the database.
    session: { expiresIn: SESSION_SECONDS, disableSessionRefresh: true, cookieCache: { enabled: false } },
    user: { additionalFields: { role: { type: 'string', input: false }, removedAt: { type: 'date', required: false, input: false } } },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 600,
      customRules: { '/sign-in/email': { window: 60, max: 10 } },
    },
  })
}
