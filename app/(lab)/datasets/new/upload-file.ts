import { headBytes, recogniseMistake, type Slot } from './recognise-mistake'
import { sendPart } from './send-part'

export interface Uploaded {
  digest: string
  sizeBytes: number
}

interface Upload {
  id: string
  sizeBytes: number
  receivedBytes: number
  digest: string | null
  partLimitBytes: number
}

/** Waits between tries without progress: four minutes in all. */
const pausesMs = [500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000]

/**
 * Sends a file in parts, telling how much of it has arrived. A lost connection is tried again; after a reload the same file goes on where
 * it stopped. Rejects with a sentence for the person who chose it.
 */
export async function uploadFile(file: File, slot: Slot, onProgress: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
  const mistake = recogniseMistake(slot, file.name, new Uint8Array(await file.slice(0, headBytes).arrayBuffer()))
  if (mistake) throw new Error(mistake)
  let upload = (await findUpload(file)) ?? (await createUpload(file))
  for (let failures = 0; upload.digest === null;) {
    signal.throwIfAborted()
    const from = upload.receivedBytes
    onProgress(from / file.size)
    const part = file.slice(from, from + upload.partLimitBytes)
    const sent = await sendPart(`/api/uploads/${upload.id}?offset=${from}`, part, (bytes) => onProgress((from + bytes) / file.size), signal)
    if (sent.status === 200) upload = { ...upload, ...(sent.body as Partial<Upload>) }
    else {
      if (!isWorthAnotherTry(sent.status)) throw new Error(sent.body?.error?.message ?? refused(file.name, sent.status))
      await pause(failures, file.name, from / file.size, signal)
      upload = (await lookAt(upload.id)) ?? upload
    }
    failures = upload.receivedBytes > from ? 0 : failures + 1
  }
  forget(file)
  return { digest: upload.digest, sizeBytes: file.size }
}

/** Nothing came back, the server stumbled, or the part began at the wrong place. */
const isWorthAnotherTry = (status: number) => status === 0 || status === 409 || status === 429 || (status >= 500 && status !== 503)
const refused = (name: string, status: number) => `The server did not take ${name} (status ${status}).`

async function pause(failures: number, name: string, share: number, signal: AbortSignal): Promise<void> {
  const pauseMs = pausesMs[failures]
  if (pauseMs === undefined)
    throw new Error(`The upload of ${name} broke off at ${Math.floor(share * 100)} %. Choose the file again: it goes on from there.`)
  await new Promise((resolve) => setTimeout(resolve, pauseMs))
  signal.throwIfAborted()
}

/** The same name, size and time: the same file. What arrives is named by its content all the same. */
const keyOf = ({ name, size, lastModified }: File) => `soho-upload ${size} ${lastModified} ${name}`

async function findUpload(file: File): Promise<Upload | null> {
  const id = localStorage.getItem(keyOf(file))
  const known = id === null ? null : await lookAt(id)
  return known?.sizeBytes === file.size ? known : null
}

async function lookAt(id: string): Promise<Upload | null> {
  const response = await fetch(`/api/uploads/${encodeURIComponent(id)}`, { cache: 'no-store' }).catch(() => null)
  return response?.ok ? ((await response.json()) as Upload) : null
}

async function createUpload(file: File): Promise<Upload> {
  const body = JSON.stringify({ name: file.name, sizeBytes: file.size })
  const response = await fetch('/api/uploads', { method: 'POST', body, headers: { 'content-type': 'application/json' } }).catch(() => null)
  const answer = (await response?.json().catch(() => null)) as (Upload & { error?: { message?: string } }) | null | undefined
  if (!response?.ok || !answer) throw new Error(answer?.error?.message ?? refused(file.name, response?.status ?? 0))
  localStorage.setItem(keyOf(file), answer.id)
  return answer
}

const forget = (file: File) => localStorage.removeItem(keyOf(file))
