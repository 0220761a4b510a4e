import { headers } from 'next/headers'
import { cache } from 'react'
import { readSession } from '#lib/services/accounts/read-session'

/** The session of this request, read once a request; null when nobody is signed in. */
export const currentSession = cache(async () => readSession(await headers()))
