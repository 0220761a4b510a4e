import { headBytes, recogniseMistake, type Slot } from './recognise-mistake'

export interface Uploaded {
  digest: string
  sizeBytes: number
}

/** Sends a file, telling how much of it has left. Rejects with a sentence for the person who chose it. */
export async function uploadFile(file: File, slot: Slot, onProgress: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
  const mistake = recogniseMistake(slot, file.name, new Uint8Array(await file.slice(0, headBytes).arrayBuffer()))
  if (mistake) throw new Error(mistake)
  return send(file, onProgress, signal)
}

/** `fetch` does not tell how far an upload is. */
function send(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const lost = () => reject(new Error(`The upload of ${file.name} broke off. Choose the file again.`))
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onerror = lost
    request.onabort = lost
    request.onload = () => {
      const answer = request.response as { digest?: string; sizeBytes?: number; error?: { message?: string } } | null
      if (request.status === 201 && answer?.digest) resolve({ digest: answer.digest, sizeBytes: answer.sizeBytes ?? 0 })
      else reject(new Error(answer?.error?.message ?? `The server did not take ${file.name} (status ${request.status}).`))
    }
    signal.addEventListener('abort', () => request.abort())
    request.open('POST', '/api/uploads')
    request.responseType = 'json'
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(file)
  })
}
