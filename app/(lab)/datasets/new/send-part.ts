export interface PartAnswer {
  /** 0: nothing came back. */
  status: number
  body: { receivedBytes?: number; digest?: string | null; error?: { message?: string } } | null
}

/** Sends one part and tells how much of it has left, which `fetch` does not. */
export function sendPart(url: string, part: Blob, onSent: (bytes: number) => void, signal: AbortSignal): Promise<PartAnswer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const lost = () => resolve({ status: 0, body: null })
    request.upload.onprogress = ({ loaded }) => onSent(loaded)
    request.onerror = lost
    request.onabort = lost
    request.ontimeout = lost
    request.onload = () => resolve({ status: request.status, body: request.response as PartAnswer['body'] })
    signal.addEventListener('abort', () => request.abort())
    request.open('PUT', url)
    request.responseType = 'json'
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.send(part)
  })
}
