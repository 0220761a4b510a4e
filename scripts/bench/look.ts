import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { createQueues } from '#lib/queue'
import type { ImageFilter } from '#lib/services/datasets/image-filter'
import { createDatabase } from '../setup/create-database.ts'
import { migrate } from '../setup/migrate.ts'
import { projectRoot } from '../setup/paths.mjs'
import { createCluster, openCluster, startCluster, stopCluster } from '../setup/postgres.mjs'
import { databaseSeconds } from './database-seconds.ts'
import { writeBigVersion } from './write-big-version.ts'

const views: Record<string, Partial<ImageFilter>> = {
  ...{ everything: {}, train: { split: 'train' }, val: { split: 'val' }, 'large in val': { split: 'val', minimumSidePx: 400 } },
  ...{ 'rare word': { search: 'word2900' }, 'frequent word': { search: 'dog' }, 'frequent word in val': { search: 'cat', split: 'val' } },
  ...{ label: { label: 'neutral' }, 'label in val': { label: 'neutral', split: 'val' }, answer: { answer: 'answer 77' } },
  ...{ words: { minimumWords: 11 }, 'words in train': { minimumWords: 11, split: 'train' } },
  ...{ 'words within bounds': { minimumWords: 7, maximumWords: 8 }, size: { minimumSidePx: 400 } },
  ...{ object: { category: 'category 7' }, attribute: { attribute: 'colour 3' }, missing: { problem: 'missing' } },
}

/**
 * How long the first look at a version takes: `node scripts/bench/look.ts [--images 1000000] [--keep FOLDER] [--json]`. Each view is asked
 * for once, as its first visitor does. With `--keep` the database stays in that folder, and the next run measures it again.
 */
const { values } = parseArgs({
  options: { images: { type: 'string', default: '1000000' }, keep: { type: 'string' }, json: { type: 'boolean', default: false } },
})
const folder = values.keep ? path.resolve(values.keep) : await realpath(await mkdtemp(path.join(tmpdir(), 'soho-look-')))
await mkdir(folder, { recursive: true })
await chmod(folder, 0o711)
// The folder is this measurement's own; as `npm start` runs it: durable.
const server = await openCluster({ root: projectRoot, dataDir: folder, password: 'only-for-measurements' })
const isThere = existsSync(server.cluster)
try {
  await createCluster(server)
  const url = await startCluster(server)
  if (!isThere) await createDatabase(url)
  await migrate(url, path.join(projectRoot, 'prisma/migrations'))
  await createQueues(url)
  process.env['DATABASE_URL'] = url
  process.env['SOHO_DATA_DIR'] = path.join(folder, 'data')
  process.env['LOG_LEVEL'] = 'silent'
  await measure(Number(values.images))
} finally {
  await stopCluster(server)
  if (!values.keep) await rm(folder, { recursive: true, force: true })
}

async function measure(images: number): Promise<void> {
  const [
    { systemContext },
    { findImages, pagePatienceMs },
    { listImages },
    { everyImage },
    { previewSubset },
    { SubsetRule },
    { summariseVersion },
    { countSplitImages },
  ] = await Promise.all([
    import('#lib/services/context'),
    import('#lib/services/datasets/find-images'),
    import('#lib/services/datasets/list-images'),
    import('#lib/services/datasets/image-filter'),
    import('#lib/services/versions/preview-subset'),
    import('#lib/services/versions/recipe'),
    import('#lib/services/datasets/statistics/summarise-version'),
    import('#lib/services/datasets/split-images'),
  ])
  const [{ closeDb, db }, { closeQueue }] = await Promise.all([import('#lib/db'), import('#lib/queue')])
  const ctx = systemContext('bench')
  const times: Record<string, string> = {}
  const time = async (what: string, work: () => Promise<unknown>) => {
    const [started, before] = [performance.now(), databaseSeconds(server.cluster)]
    const found = await work()
    const wall = ((performance.now() - started) / 1000).toFixed(2)
    // Beside other work a view costs its processor time, and takes longer.
    const used = (databaseSeconds(server.cluster) - before).toFixed(2)
    times[what] = `${wall} s, processor ${used} s${typeof found === 'string' ? ` (${found})` : ''}`
    if (!values.json) console.log(`${what}: ${times[what]}`)
  }
  let known = await db().datasetVersion.findFirst({ where: { digest: `big ${images}` }, select: { id: true } })
  if (!known) await time('made', async () => writeBigVersion(db(), images))
  known = await db().datasetVersion.findFirstOrThrow({ where: { digest: `big ${images}` }, select: { id: true } })
  const versionId = known.id
  await db().datasetVersion.update({ where: { id: versionId }, data: { statistics: { version: 0 } } })
  await db().splitImages.deleteMany({ where: { versionId } })
  await time('images of the splits, by a worker', () => db().$transaction((tx) => countSplitImages(tx, versionId), { timeout: 3600_000 }))
  for (const [name, filter] of Object.entries(views))
    await time(name, async () => {
      const [wanted, started] = [{ versionId, filter: { ...everyImage, ...filter } }, performance.now()]
      const first = await findImages(ctx, wanted, pagePatienceMs)
      const page = `page after ${((performance.now() - started) / 1000).toFixed(2)} s`
      return `${(first ?? (await listImages(ctx, wanted))).total} images; ${page}`
    })
  await time('preview of a tenth', async () => {
    const rule = SubsetRule.parse({ splits: ['train', 'val', 'test'], samples: { train: 0.1 } })
    return `${(await previewSubset(ctx, { parentId: versionId, rule })).images} images`
  })
  await time('statistics, by a worker', async () => void (await summariseVersion(ctx, versionId)))
  if (values.json) console.log(JSON.stringify(times))
  await closeQueue()
  await closeDb()
}
