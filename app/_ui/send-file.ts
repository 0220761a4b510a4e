/**
 * Sends a file as a request's body and tells how much of it has left, which `fetch` does not. Resolves with the answer's JSON; rejects
 * with a sentence for the person who chose the file.
 */
export function sendFile(
  url: string,
  file: File | Blob,
  name: string,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const lost = () => reject(new Error(`The upload of ${name} broke off. Choose the file again.`))
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    request.onerror = lost
    request.onabort = lost
    request.onload = () => {
      const answer = request.response as { error?: { message?: string } } | null
      if (answer && (request.status === 200 || request.status === 201)) resolve(answer)
      else reject(new Error(answer?.error?.message ?? `The server did not take ${name} (status ${request.status}).`))
    }
    signal.addEventListener('abort', () => request.abort())
    request.open('POST', url)
    request.responseType = 'json'
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(file)
  })
}
