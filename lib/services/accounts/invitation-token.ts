import { createHash, randomBytes } from 'node:crypto'
import { env } from '#lib/env'

const LIFE_MS = 7 * 24 * 3600 * 1000

/** 256 random bits for the link; the database keeps their hash alone. */
export function createInvitationToken(): { token: string; tokenHash: string } {
  const token = randomBytes(32).toString('base64url')
  return { token, tokenHash: hashInvitationToken(token) }
}

export function hashInvitationToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export function invitationExpiry(now: Date): Date {
  return new Date(now.getTime() + LIFE_MS)
}

export function invitationLink(token: string): string {
  return new URL(`/invitation/${token}`, env().baseUrl).href
}
