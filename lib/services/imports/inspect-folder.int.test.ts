import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { env } from '#lib/env'
import { writeZip } from '../../../tests/write-zip.ts'
import { createContext, systemContext } from '../context.ts'
import { createDemoFolder } from './data-roots.ts'
import { inspectFolder, type FolderImport } from './inspect-folder.ts'

const ctx = systemContext('test')
const fixtures = path.resolve(import.meta.dirname, '../../formats/fixtures')
let root = ''
beforeAll(async () => {
  root = await createDemoFolder()
})

const inspect = (place: string) => inspectFolder(ctx, { path: path.join(root, place) })
const rolesOf = ({ files }: FolderImport) => files.map(({ role, split, path: file }) => `${role} ${split ?? '-'} ${path.basename(file)}`)

async function put(place: string, content: string | Buffer): Promise<void> {
  await mkdir(path.dirname(path.join(root, place)), { recursive: true })
  await writeFile(path.join(root, place), content)
}

test('the real forms are recognised by content, with role, split and what is missing', async () => {
  await cp(fixtures, path.join(root, 'forms'), { recursive: true })
  const vqa = await inspect('forms/vqa2')
  expect(vqa.imports.map(({ format }) => format)).toEqual(['vqa_v2'])
  expect(vqa.imports.map(rolesOf)).toEqual([
    ['questions train v2_OpenEnded_mscoco_train2014_questions.json', 'annotations train v2_mscoco_train2014_annotations.json'],
  ])
  expect(vqa.imports[0]?.missing).toEqual([
    'No images: the texts can be imported, and nothing can be trained on them.',
    'No questions for val, test.',
  ])
  await put('forms/vqa2/images/COCO_train2014_000000000001.jpg', 'x')
  expect((await inspect('forms/vqa2')).imports[0]?.missing).toEqual([
    'No questions for val, test.',
    expect.stringMatching(/^Of the first 6 images that v2_OpenEnded.*, 6 were not found, such as the one with the number 376241\.$/),
  ])
  const nlvr2 = await inspect('forms/nlvr2/data')
  expect(nlvr2.imports.map(rolesOf)).toEqual([['statements val dev.json', 'statements test test1.json']])
  const coco = await inspect('forms/coco/annotations')
  expect(coco.imports.map(({ format }) => format)).toEqual(['coco_captions'])
})

test('of two releases in one folder the files of one are taken, and boxes are told from captions by the end of the file', async () => {
  const captions = '{"images":[{"file_name":"1.jpg","id":1}],"annotations":[{"id":1,"image_id":1,"caption":"A dog."}]}'
  for (const name of ['train2014', 'val2014', 'train2017', 'val2017']) await put(`coco/annotations/captions_${name}.json`, captions)
  const images = JSON.stringify(Array.from({ length: 2000 }, (_, id) => ({ file_name: `${id}.jpg`, id })))
  await put('coco/annotations/instances_val2017.json', `{"images":${images},"annotations":[{"bbox":[0,0,1,1]}]}`)
  await put('coco/annotations/person_keypoints_val2017.json', `{"images":${images},"annotations":[{"keypoints":[],"bbox":[]}]}`)
  await put('coco/val2017/1.jpg', 'x')
  // What it was unpacked from.
  await put('coco/val2017.zip', writeZip([{ name: 'val2017/1.jpg', bytes: Buffer.from('x') }]))
  await put('coco/train2017.zip', writeZip([{ name: 'train2017/2.JPG', bytes: Buffer.from('x') }]))
  const { imports, unread, imageCount } = await inspect('coco')
  expect(imports.map(rolesOf)).toEqual([
    ['captions train captions_train2017.json', 'captions val captions_val2017.json', 'instances - instances_val2017.json'],
  ])
  expect(imports[0]?.leftOut).toHaveLength(2)
  expect(imports[0]?.imageRoots.map(({ name, imageCount: count }) => [name, count])).toEqual([
    ['coco', 1],
    ['train2017.zip', 1],
  ])
  expect(imports[0]?.missing).toEqual(['No captions for test.'])
  expect(imageCount).toBe(1)
  expect(unread).toEqual([{ path: 'annotations/person_keypoints_val2017.json', reason: 'it holds keypoints, which are not imported' }])
})

test('files that are not what their name says are named with the reason', async () => {
  await put('odd/captions_train2014.json', '<!DOCTYPE html><title>403</title>')
  await put('odd/dataset_coco.json', 'version https://git-lfs.github.com/spec/v1')
  await put('odd/empty.json', '')
  await put('odd/results.json', '[{"question_id":1,"answer":"yes"}]')
  const { imports, unread } = await inspect('odd')
  expect(imports).toEqual([])
  expect(Object.fromEntries(unread.map(({ path: file, reason }) => [file, reason]))).toEqual({
    'captions_train2014.json': expect.stringMatching(/web page/),
    'dataset_coco.json': expect.stringMatching(/Git LFS pointer/),
    'empty.json': 'it is empty',
    'results.json': expect.stringMatching(/predicted answers/),
  })
})

test('nothing outside the allowed folders is looked at, by name or by link, and only an editor may look', async () => {
  await mkdir(path.join(env().dataDir, 'secret'))
  await writeFile(path.join(env().dataDir, 'secret/snli_ve_test.jsonl'), '{"gold_label":"neutral","sentence2":"A dog."}')
  await mkdir(path.join(root, 'links'))
  await symlink(path.join(env().dataDir, 'secret'), path.join(root, 'links/in'))
  await symlink(path.join(root, 'links'), path.join(root, 'links/loop'))
  expect(await inspect('links')).toMatchObject({ imports: [], unread: [], folders: ['loop'] })
  await expect(inspect('links/in')).rejects.toMatchObject({ code: 'invalid' })
  await expect(inspect('../secret')).rejects.toMatchObject({ code: 'invalid' })
  await expect(inspect('coco/val2017/1.jpg')).rejects.toThrow(/is a file: name its folder/)
  const viewer = createContext({ kind: 'user', userId: 'u', name: 'V', role: 'viewer' })
  await expect(inspectFolder(viewer, { path: root })).rejects.toMatchObject({ code: 'forbidden' })
})
