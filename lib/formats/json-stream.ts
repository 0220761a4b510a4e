import { jsonParser, type Token } from 'stream-json/core/parser.js'
import { decodedPieces, type OpenedFile } from './open-text.ts'

/**
 * Elements of a JSON file, one at a time: of every array directly under the top-level object (`images[3]`), or of a top-level
 * array (`[3]`). Other top-level values come whole, with index null. Integers beyond 2^53 come as bigint.
 * A syntax error or an early end comes last, as a fault, after every complete element before it.
 */
export type JsonElement =
  { section: string; index: number | null; place: string; value: unknown } | { fault: { code: string; place: string; reason: string } }

type Container = { kind: 'object'; target: Record<string, unknown>; key: string } | { kind: 'array'; target: unknown[] }

/** Builds values from tokens and hands out each finished element. */
class ElementAssembler {
  #depth = 0
  #isTopArray = false
  #section = ''
  #index: number | null = null
  #stack: Container[] = []
  complete = 0
  isFinished = false
  hasStarted = false
  readonly ready: { section: string; index: number | null; place: string; value: unknown }[] = []

  accept(token: Token): void {
    this.hasStarted = true
    switch (token.name) {
      case 'startObject':
      case 'startArray':
        return this.#open(token.name === 'startArray')
      case 'endObject':
      case 'endArray':
        return this.#close()
      case 'keyValue':
        return this.#key(token.value)
      case 'stringValue':
        return this.#value(token.value)
      case 'numberValue':
        return this.#value(exactNumber(token.value))
      case 'nullValue':
      case 'trueValue':
      case 'falseValue':
        return this.#value(token.value)
    }
  }

  /** Where reading stands: the element being read, or the next one. */
  get place(): string {
    return this.#index === null ? this.#section : `${this.#section}[${this.#index}]`
  }

  #open(isArray: boolean): void {
    if (this.#depth === 0) {
      this.#depth = 1
      this.#isTopArray = isArray
      this.#index = isArray ? 0 : null
      return
    }
    this.#depth += 1
    const opensSection = isArray && !this.#isTopArray && this.#depth === 2
    if (opensSection) this.#index = 0
    else
      this.#stack.push(
        isArray ? { kind: 'array', target: [] } : { kind: 'object', target: Object.create(null) as Record<string, unknown>, key: '' },
      )
  }

  #close(): void {
    this.#depth -= 1
    const done = this.#stack.pop()
    if (done) this.#value(done.target)
    else if (this.#depth === 0) this.isFinished = true
    else this.#index = null
  }

  #key(key: string): void {
    const top = this.#stack.at(-1)
    if (top?.kind === 'object') top.key = key
    else this.#section = key
  }

  #value(value: unknown): void {
    const top = this.#stack.at(-1)
    if (top?.kind === 'array') top.target.push(value)
    else if (top?.kind === 'object') top.target[top.key] = value
    else this.#emit(value)
  }

  #emit(value: unknown): void {
    this.ready.push({ section: this.#section, index: this.#index, place: this.place, value })
    if (this.#index === null) return
    this.#index += 1
    this.complete += 1
  }
}

function exactNumber(text: string): number | bigint {
  const value = Number(text)
  return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text) ? BigInt(text) : value
}

/** Pieces that end after `}`: when a piece is not JSON, every element before it has already been read. */
function* piecesOf(text: string): Generator<string> {
  let start = 0
  for (let end = text.indexOf('}'); end !== -1; end = text.indexOf('}', start)) {
    yield text.slice(start, end + 1)
    start = end + 1
  }
  if (start < text.length) yield text.slice(start)
}

export async function* readJson(file: OpenedFile): AsyncGenerator<JsonElement> {
  const parse = jsonParser({ streamValues: false })
  const assembler = new ElementAssembler()
  let line = 1
  let column = 1
  for await (const text of decodedPieces(file)) {
    for (const piece of piecesOf(text)) {
      try {
        const output = parse(piece) as { values?: Token[] }
        for (const token of output.values ?? []) assembler.accept(token)
      } catch (error) {
        yield { fault: syntaxFault(assembler, error, piece, line, column) }
        return
      }
      yield* assembler.ready.splice(0)
      const newline = piece.lastIndexOf('\n')
      if (newline === -1) column += piece.length
      else {
        line += piece.split('\n').length - 1
        column = piece.length - newline
      }
    }
  }
  if (!assembler.isFinished) {
    const reason = `the file ends in the middle of a record; the ${assembler.complete} complete records before it are kept`
    yield { fault: { code: 'truncated', place: assembler.place, reason } }
  }
}

function syntaxFault(assembler: ElementAssembler, error: unknown, piece: string, line: number, column: number) {
  const notANumber = /(?<![\w"])(NaN|-?Infinity)(?![\w"])/.exec(piece)
  const before = piece.slice(0, notANumber?.index ?? 0).split('\n')
  const at = `line ${line + before.length - 1}, column ${before.length > 1 ? (before.at(-1) ?? '').length + 1 : column + (notANumber?.index ?? 0)}`
  const cause = notANumber ? `${notANumber[1]} is not JSON` : (error as Error).message.replace('Parser cannot parse input: ', '')
  const reason = `not valid JSON at ${at}${notANumber ? '' : ' or after'}: ${cause}; the ${assembler.complete} complete records before it are kept`
  return { code: 'json-syntax', place: assembler.place, reason }
}
