import { isUtf8 } from 'node:buffer'
import { utf8Chunks, type OpenedFile } from './open-text.ts'
import type { Span } from './record.ts'

/** A line without its end, or what is wrong with it. Numbers start at 1; blank lines are counted but not yielded. */
export type Line = { number: number; span: Span } & ({ text: string } | { fault: { code: string; reason: string }; raw: string })

export const lineLimitBytes = 16 * 1024 * 1024

/**
 * Lines of a UTF-8 or UTF-16 file, as many at a time as a piece of it holds: CR LF or LF, the last one with or without an end.
 * A line that is not UTF-8 is one fault, not the end.
 */
export async function* readLines(file: OpenedFile): AsyncGenerator<Line[]> {
  const cutter = new LineCutter()
  for await (const chunk of utf8Chunks(file)) {
    const lines = cutter.push(chunk)
    if (lines.length > 0) yield lines
  }
  const last = cutter.end()
  if (last.length > 0) yield last
}

class LineCutter {
  #number = 0
  /** Bytes of the line under way; those beyond the limit are dropped as they come. */
  #parts: Buffer[] = []
  #length = 0
  #offset = 0

  push(chunk: Buffer): Line[] {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end))
      this.#take(lines)
      start = end + 1
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
    return lines
  }

  end(): Line[] {
    const lines: Line[] = []
    if (this.#length > 0) this.#take(lines)
    return lines
  }

  #keep(part: Buffer): void {
    this.#length += part.length
    if (this.#length <= lineLimitBytes) this.#parts.push(part)
    else this.#parts = []
  }

  #take(lines: Line[]): void {
    const bytes = this.#length > lineLimitBytes ? null : this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts)
    const span = { offset: this.#offset, size: this.#length }
    this.#number += 1
    this.#offset += this.#length + 1
    this.#parts = []
    this.#length = 0
    const line = bytes === null ? tooLong(this.#number, span) : decodeLine(this.#number, span, bytes)
    if ('fault' in line || line.text.trim() !== '') lines.push(line)
  }
}

const tooLong = (number: number, span: Span): Line => ({
  ...{ number, span },
  fault: { code: 'line-too-long', reason: `the line is longer than ${lineLimitBytes} bytes` },
  raw: '',
})

function decodeLine(number: number, span: Span, bytes: Buffer): Line {
  const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length
  const content = bytes.subarray(0, end)
  if (isUtf8(content)) return { number, span, text: content.toString() }
  const column = content.toString().indexOf('\u{fffd}') + 1
  const byte = content[Buffer.byteLength(content.toString().slice(0, column - 1))] ?? 0
  const reason = `bytes that are not UTF-8 at column ${column} (0x${byte.toString(16)}); the line was saved in another encoding, perhaps Latin-1`
  return { number, span, fault: { code: 'encoding', reason }, raw: content.toString('latin1') }
}
