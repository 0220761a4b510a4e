export const QUOTE = 34
export const COMMA = 44
export const COLON = 58
export const OPEN_LIST = 91
const BACKSLASH = 92
export const CLOSE_LIST = 93
export const OPEN_OBJECT = 123
export const CLOSE_OBJECT = 125

/** Counts lines and columns of a text that comes in pieces. Offsets are those of the whole text. */
export class TextPlace {
  #line = 1
  #lineStart = 0
  /** Bytes of the current line that begin no character. */
  #continuations = 0

  newLine(offset: number): void {
    this.#line += 1
    this.#lineStart = offset + 1
    this.#continuations = 0
  }

  continuation(): void {
    this.#continuations += 1
  }

  at(offset: number): { line: number; column: number } {
    return { line: this.#line, column: offset - this.#lineStart - this.#continuations + 1 }
  }
}

/** Finds the end of a value of JSON by counting brackets outside of texts; it builds nothing. */
export class NestedScan {
  /** Whether a number of sixteen digits or more was passed. */
  hasLongNumber = false
  #depth = 0
  #digits = 0
  #inText = false
  #escaped = false

  /** Where the value ends in this piece; -1: not in this one. @param base offset of the piece in the text */
  end(chunk: Buffer, from: number, base: number, place: TextPlace): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#inText = false
        else if ((byte & 0xc0) === 0x80) place.continuation()
        if (!this.#inText && this.#depth === 0) return at + 1
      } else if (byte >= 48 && byte <= 57) this.#digit()
      else {
        this.#digits = 0
        if (byte === QUOTE) this.#inText = true
        else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth += 1
        else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
          if (--this.#depth === 0) return at + 1
        } else if (byte === 10) place.newLine(base + at)
      }
    }
    return -1
  }

  /** The same for a number or a word, which ends before a separator. */
  endOfScalar(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number
      if (byte <= 32 || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT) return at
      if (byte >= 48 && byte <= 57) this.#digit()
    }
    return -1
  }

  #digit(): void {
    if (++this.#digits >= 16) this.hasLongNumber = true
  }
}
