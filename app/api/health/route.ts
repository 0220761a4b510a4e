import { env } from '#lib/env'
import { getHealth } from '#lib/services/accounts/get-health'
import { readSession } from '#lib/services/accounts/read-session'
import { createContext } from '#lib/services/context'

export const dynamic = 'force-dynamic'

/** One word for everybody; what is missing for members and for this machine. 200 when web, database, queue and a worker are ready. */
export async function GET(request: Request): Promise<Response> {
  const { isReady, parts } = await getHealth(createContext({ kind: 'anonymous' }))
  const word = isReady ? 'ready' : 'not-ready'
  const showsDetail = isLoopback(request) || (await isMember(request))
  return Response.json(showsDetail ? { status: word, ...parts } : { status: word }, {
    status: isReady ? 200 : 503,
    headers: { 'x-soho-instance': env().instanceId, 'cache-control': 'no-store' },
  })
}

/** The server writes the peer's address; a proxy in front adds its own, and then this is no longer the machine itself. */
function isLoopback(request: Request): boolean {
  const isLocalLab = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(env().baseUrl).hostname)
  return isLocalLab && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.headers.get('x-forwarded-for') ?? '')
}

async function isMember(request: Request): Promise<boolean> {
  return readSession(request.headers).then(Boolean, () => false)
}
