import { forbidden, LabError, statusOf } from '#lib/errors'
import { log } from '#lib/log'
import { readSession } from '#lib/services/accounts/read-session'
import { trustedOrigins } from '#lib/services/accounts/trusted-origins'
import { createContext, type Context } from '#lib/services/context'

type Params = Record<string, string | string[]>

export interface RouteCall<P> {
  ctx: Context
  request: Request
  params: P
}

/** A route handler for members: 401 for anybody else, an Origin of ours on every write, errors as JSON. */
export function route<P extends Params>(handler: (call: RouteCall<P>) => Promise<Response>) {
  return async (request: Request, { params }: { params: Promise<P> }): Promise<Response> => {
    try {
      checkOrigin(request)
      const session = await readSession(request.headers)
      if (!session) throw new LabError('unauthenticated', 'Sign in first.')
      return await handler({ ctx: createContext(session.actor), request, params: await params })
    } catch (error) {
      return errorResponse(error)
    }
  }
}

/** A cookie alone must not be enough to write: the page that asks has to be one of ours. */
export function checkOrigin(request: Request, trusted: () => string[] = trustedOrigins): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const origin = request.headers.get('origin')
  if (!origin || !trusted().includes(origin)) throw forbidden('The request does not come from a page of this lab.')
}

export function errorResponse(error: unknown): Response {
  if (!(error instanceof LabError)) {
    log('route').error({ err: error }, 'request failed')
    return Response.json(
      { error: { code: 'defect', message: 'Something went wrong on the server; its log says what.', fields: {} } },
      { status: 500, headers: { 'cache-control': 'no-store' } },
    )
  }
  const { code, message, fields } = error
  return Response.json({ error: { code, message, fields } }, { status: statusOf(error), headers: { 'cache-control': 'no-store' } })
}
