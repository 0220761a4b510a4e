/** Bytes of all lists that a process remembers: those of eight filters that match a million images each. */
const limitBytes = 32 * 1024 * 1024

declare global {
  /** The one used last at the end. On `globalThis`: pages and routes are bundled apart, and share it. */
  var sohoPositions: Map<string, Int32Array> | undefined
}

const lists = () => (globalThis.sohoPositions ??= new Map())

export function recallPositions(key: string): Int32Array | undefined {
  const list = lists().get(key)
  if (!list) return undefined
  lists().delete(key)
  lists().set(key, list)
  return list
}

/** Of too many, those go that were asked for longest ago. */
export function rememberPositions(key: string, list: Int32Array): void {
  lists().delete(key)
  lists().set(key, list)
  let sum = 0
  for (const known of lists().values()) sum += known.byteLength + 1024
  for (const [oldest, known] of lists()) {
    if (sum <= limitBytes || oldest === key) break
    sum -= known.byteLength + 1024
    lists().delete(oldest)
  }
}
