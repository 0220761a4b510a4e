import { auth } from '#lib/services/accounts/auth'

/** Sign-in and sign-out are all that a browser may ask of the sign-in library; everything else is a verb of ours. */
const allowed = new Set(['/api/auth/sign-in/email', '/api/auth/sign-out'])

export async function POST(request: Request): Promise<Response> {
  if (!allowed.has(new URL(request.url).pathname)) return new Response('Not found', { status: 404 })
  return auth().handler(request)
}
