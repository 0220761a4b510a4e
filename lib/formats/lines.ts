import { decodedPieces, type OpenedFile } from './open-text.ts'

/** A line without its end, or what is wrong with it. Numbers start at 1; blank lines are counted but not yielded. */
export type Line = { number: number; text: string } | { number: number; fault: { code: string; reason: string }; raw: string }

export const lineLimitBytes = 16 * 1024 * 1024

/** Lines of a UTF-8 or UTF-16 file, CR LF or LF, last one with or without an end. A line that is not UTF-8 is one fault, not the end. */
export async function* readLines(file: OpenedFile): AsyncGenerator<Line> {
  let number = 0
  for await (const bytes of rawLines(file)) {
    number += 1
    const line = bytes === null ? tooLong(number) : decodeLine(number, bytes)
    if ('fault' in line || line.text.trim() !== '') yield line
  }
}

const tooLong = (number: number): Line => ({
  number,
  fault: { code: 'line-too-long', reason: `the line is longer than ${lineLimitBytes} bytes` },
  raw: '',
})

/** Bytes of each line; null for one beyond the limit, whose bytes are dropped as they come. */
async function* rawLines(file: OpenedFile): AsyncGenerator<Buffer | null> {
  let parts: Buffer[] = []
  let length = 0
  const keep = (part: Buffer) => {
    length += part.length
    if (length <= lineLimitBytes) parts.push(part)
    else parts = []
  }
  const take = () => {
    const line = length > lineLimitBytes ? null : Buffer.concat(parts)
    parts = []
    length = 0
    return line
  }
  for await (const chunk of utf8Chunks(file)) {
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end))
      yield take()
      start = end + 1
    }
    if (start < chunk.length) keep(chunk.subarray(start))
  }
  if (length > 0) yield take()
}

async function* utf8Chunks(file: OpenedFile): AsyncGenerator<Buffer> {
  if (file.encoding === 'utf-8') yield* file.chunks
  else for await (const text of decodedPieces(file)) yield Buffer.from(text)
}

function decodeLine(number: number, bytes: Buffer): Line {
  const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length
  const content = bytes.subarray(0, end)
  try {
    return { number, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content) }
  } catch {
    const column = firstBadColumn(content)
    const byte = content[Buffer.byteLength(new TextDecoder().decode(content).slice(0, column - 1))] ?? 0
    const reason = `bytes that are not UTF-8 at column ${column} (0x${byte.toString(16)}); the line was saved in another encoding, perhaps Latin-1`
    return { number, fault: { code: 'encoding', reason }, raw: content.toString('latin1') }
  }
}

function firstBadColumn(content: Buffer): number {
  return new TextDecoder().decode(content).indexOf('\u{fffd}') + 1
}
