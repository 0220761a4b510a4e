import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { extractMember, listMembers } from './unzip.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'soho-zip-'))
const archive = path.join(folder, 'archive.zip')
const long = 'a line that repeats\n'.repeat(50_000)

beforeAll(() => {
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    archive.writestr('a/long.txt', 'a line that repeats\\n' * 50000)
    archive.writestr('stored.txt', 'as it is', zipfile.ZIP_STORED)
    archive.writestr('empty', '')`
  execFileSync('python3', ['-c', script, archive])
})
afterAll(() => rmSync(folder, { recursive: true }))

async function extract(name: string): Promise<string> {
  const member = (await listMembers(archive)).find((candidate) => candidate.name === name)
  const target = path.join(folder, 'out', name)
  await extractMember(archive, member, target)
  return readFile(target, 'utf8')
}

test('lists the members with their sizes', async () => {
  const members = await listMembers(archive)
  expect(members.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ['a/long.txt', long.length],
    ['stored.txt', 8],
    ['empty', 0],
  ])
})

test('compressed, stored and empty members come out as they went in', async () => {
  expect(await extract('a/long.txt')).toBe(long)
  expect(await extract('stored.txt')).toBe('as it is')
  expect(await extract('empty')).toBe('')
})

test('a damaged member never appears under its name', async () => {
  const [member] = await listMembers(archive)
  const target = path.join(folder, 'damaged')
  await expect(extractMember(archive, { ...member, sizeBytes: 7 }, target)).rejects.toThrow(/instead of 7/)
  await expect(stat(target)).rejects.toThrow()
})

test('a file that is no archive is refused', async () => {
  const file = path.join(folder, 'page.html')
  writeFileSync(file, '<html>')
  await expect(listMembers(file)).rejects.toThrow(/not a zip archive/)
})
