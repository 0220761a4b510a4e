/** Signs this browser in. Answers what went wrong, or nothing. */
export async function signIn(email: string, password: string): Promise<string | undefined> {
  const response = await fetch('/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  }).catch(() => undefined)
  if (response?.ok) return undefined
  if (!response) return 'The server does not answer. Try again in a moment.'
  if (response.status === 429) return 'Too many attempts. Wait a minute, then try again.'
  if (response.status === 401 || response.status === 400) return 'E-mail address and password do not match.'
  if (response.status === 403) return 'This address of the lab is not the one it was started with (BASE_URL): open it there.'
  return 'Signing in failed on the server; its log says why.'
}
