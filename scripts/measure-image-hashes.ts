import { readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import sharp from 'sharp'
import { hashImage } from '../workers/jobs/check/image-hash.ts'
import { findNearPairs, hashTable, nearBits } from '../workers/jobs/check/near-pairs.ts'
import { writePhotographs } from './bench/photographs.ts'

/**
 * How fast images are hashed and near pairs found: `node scripts/measure-image-hashes.ts [images] [pairs' hashes]`.
 * The images are JPEG files of 640 x 480 with the frequencies of a photograph, as large as COCO's.
 */
const count = Number(process.argv[2] ?? 3000)
const hashCount = Number(process.argv[3] ?? 100_000)
const atOnce = 4
const folder = path.join(tmpdir(), `soho-hashes-${process.pid}`)

const bytes = await writePhotographs(folder, count)
const names = await readdir(folder)
sharp.cache(false)
const started = performance.now()
const cpuStarted = process.cpuUsage()
const hashes: Awaited<ReturnType<typeof hashImage>>[] = []
const queue = names.values()
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (const name of queue) hashes.push(await hashImage(await readFile(path.join(folder, name))))
  }),
)
const seconds = (performance.now() - started) / 1000
const cpu = process.cpuUsage(cpuStarted)
const cpuMs = (cpu.user + cpu.system) / 1000 / count
console.log(
  `${count} JPEG of 640 x 480 (${Math.round(bytes / 1024)} KiB each): ${(count / seconds).toFixed(0)} images/s, ${cpuMs.toFixed(1)} ms of processor time each`,
)

const many = Array.from({ length: hashCount }, (_, i) => {
  const { rowHash, columnHash } = hashes[i % hashes.length] as (typeof hashes)[number]
  const noise = () => BigInt(Math.floor(Math.random() * 2 ** 32)) & BigInt(Math.floor(Math.random() * 2 ** 32))
  return { rowHash: rowHash ^ (noise() << BigInt(i % 33)), columnHash: columnHash ^ (noise() << BigInt(i % 31)) }
})
let pairs = 0
const indexed = performance.now()
await findNearPairs(
  hashTable(many),
  nearBits,
  () => (pairs += 1),
  () => undefined,
)
console.log(`${hashCount} hashes: ${pairs} pairs within ${nearBits} bits in ${((performance.now() - indexed) / 1000).toFixed(1)} s`)
await rm(folder, { recursive: true })
