import { crc32 } from 'node:zlib'

/** A zip of entries with exactly these names, also names that no tool would write; stored, or deflated where `packed` is given. */
export function writeZip(entries: { name: string; bytes: Buffer; packed?: Buffer }[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes, packed } of entries) {
    const nameBytes = Buffer.from(name)
    const common = commonHeader(bytes, nameBytes.length, packed)
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, nameBytes, packed ?? bytes])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), common, rest, nameBytes]))
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('504b0506', 0, 'hex')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, central, end])
}

/** Version 2.0, names in UTF-8; no time. */
function commonHeader(bytes: Buffer, nameLength: number, packed?: Buffer): Buffer {
  const header = Buffer.alloc(26)
  header.writeUInt16LE(20, 0)
  header.writeUInt16LE(0x800, 2)
  header.writeUInt32LE(crc32(bytes), 10)
  if (packed) header.writeUInt16LE(8, 4)
  header.writeUInt32LE((packed ?? bytes).length, 14)
  header.writeUInt32LE(bytes.length, 18)
  header.writeUInt16LE(nameLength, 22)
  return header
}
