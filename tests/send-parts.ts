import { readFile } from 'node:fs/promises'
import { createContext } from '../lib/services/context.ts'
import { appendUpload } from '../lib/services/uploads/append-upload.ts'

/** A process that takes in the parts of a file, and tells its parent what it has acknowledged: `send-parts.ts USER UPLOAD FILE PART_BYTES`. */
const [userId = '', id = '', file = '', partBytes = ''] = process.argv.slice(2)
const ctx = createContext({ kind: 'user', userId, name: userId, role: 'editor' })
const bytes = await readFile(file)
for (let offset = 0; offset < bytes.length;) {
  const part = bytes.subarray(offset, offset + Number(partBytes))
  const view = await appendUpload(ctx, { id, offset, body: new Blob([part]).stream(), declaredBytes: part.length })
  offset = view.receivedBytes
  process.send?.(offset)
}
process.exit()
