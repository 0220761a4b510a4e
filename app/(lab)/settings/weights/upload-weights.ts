import type { WeightFileView } from '#lib/services/weights/weight-file-view'
import { sendFile } from '../../../_ui/send-file'

/** So much says what a pickle or zip is. */
const headBytes = 64

/** Sends a file of weights or word pieces. Rejects with a sentence for the person who chose it. */
export async function uploadWeights(
  file: File,
  name: string,
  onProgress: (share: number) => void,
): Promise<{ file: WeightFileView; isNew: boolean }> {
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  // The server refuses it by its first bytes and in its own words: the rest need not travel, and a connection that ends early says nothing.
  const body = isPickle(head) ? file.slice(0, headBytes) : file
  const address = `/api/weights?${new URLSearchParams({ name, file: file.name })}`
  return (await sendFile(address, body, file.name, onProgress, new AbortController().signal)) as { file: WeightFileView; isNew: boolean }
}

/** A zip, or a pickle: its first eight bytes would be too long a safetensors header. */
function isPickle(head: Uint8Array): boolean {
  if (head[0] === 0x50 && head[1] === 0x4b) return true
  return head[0] === 0x80 && head.subarray(4, 8).some((byte) => byte !== 0)
}
