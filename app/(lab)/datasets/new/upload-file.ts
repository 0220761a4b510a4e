import { sendFile } from '../../../_ui/send-file'
import { headBytes, recogniseMistake, type Slot } from './recognise-mistake'

export interface Uploaded {
  digest: string
  sizeBytes: number
}

/** Sends a file, telling how much of it has left. Rejects with a sentence for the person who chose it. */
export async function uploadFile(file: File, slot: Slot, onProgress: (share: number) => void, signal: AbortSignal): Promise<Uploaded> {
  const mistake = recogniseMistake(slot, file.name, new Uint8Array(await file.slice(0, headBytes).arrayBuffer()))
  if (mistake) throw new Error(mistake)
  return (await sendFile('/api/uploads', file, file.name, onProgress, signal)) as Uploaded
}
