import { env } from '#lib/env'

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

/** Origins that may write: the lab's own address and, where that is this machine, its other names. */
export function trustedOrigins(baseUrl = env().baseUrl): string[] {
  const url = new URL(baseUrl)
  if (!loopbackNames.includes(url.hostname)) return [url.origin]
  return loopbackNames.map((name) => `${url.protocol}//${name}${url.port ? `:${url.port}` : ''}`)
}
