import type { Readable } from 'node:stream'

/** What the first bytes say a file is. `fault` ends the file; `encoding` is by byte order mark. */
export interface OpenedFile {
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be'
  fault: { code: string; reason: string } | null
  /** True where the first character that is not white space is `[`. */
  startsWithArray: boolean
  /** Bytes of the byte order mark, which `chunks` no longer holds. */
  skippedBytes: number
  /** The whole content, byte order mark removed. */
  chunks: AsyncGenerator<Buffer>
}

const headBytes = 4096

/** Looks at the first bytes without losing them. */
export async function openText(source: Readable): Promise<OpenedFile> {
  const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>
  let head = Buffer.alloc(0)
  let isDone = false
  while (head.length < headBytes && !isDone) {
    const next = await iterator.next()
    if (next.done) isDone = true
    else head = Buffer.concat([head, Buffer.from(next.value)])
  }
  const { encoding, skip } = byteOrderMark(head)
  const start = new TextDecoder(encoding).decode(head.subarray(skip, headBytes)).trimStart()
  return {
    encoding,
    fault: faultOf(head, start),
    startsWithArray: start.startsWith('['),
    skippedBytes: skip,
    chunks: replay(head.subarray(skip), iterator),
  }
}

async function* replay(head: Buffer, iterator: AsyncIterator<Buffer | string>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield Buffer.from(next.value)
  } finally {
    await iterator.return?.()
  }
}

function byteOrderMark(head: Buffer): { encoding: OpenedFile['encoding']; skip: number } {
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', skip: 2 }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', skip: 2 }
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', skip: 3 }
  return { encoding: 'utf-8', skip: 0 }
}

function faultOf(head: Buffer, start: string): OpenedFile['fault'] {
  if (start === '') return { code: 'empty', reason: 'the file is empty' }
  if (start.startsWith('version https://git-lfs.github.com/spec/')) {
    const size = /size (\d+)/.exec(start)?.[1]
    return { code: 'lfs-pointer', reason: `a Git LFS pointer, not the data: fetch the real file (${size ?? 'unknown'} bytes)` }
  }
  if (/^<(!doctype|html|\?xml)/i.test(start)) {
    const title = /<title>([^<]*)<\/title>/i.exec(start)?.[1]?.trim()
    return { code: 'html', reason: `an HTML page${title ? ` (${title})` : ''}, not JSON: the download failed` }
  }
  if (head[0] === 0x1f && head[1] === 0x8b) return { code: 'compressed', reason: 'a gzip file: unpack it and choose its content' }
  if (head[0] === 0x50 && head[1] === 0x4b) return { code: 'compressed', reason: 'a zip file: unpack it and choose its content' }
  return null
}

/** The content as UTF-8, whatever the file's encoding. */
export async function* utf8Chunks(file: OpenedFile): AsyncGenerator<Buffer> {
  if (file.encoding === 'utf-8') return yield* file.chunks
  const decoder = new TextDecoder(file.encoding)
  for await (const chunk of file.chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}
