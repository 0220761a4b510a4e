import type { Db } from '#lib/db'
import { newId } from '#lib/services/imports/new-id'

/** Examples written by one statement. */
const imagesAtOnce = 50_000
const textsPerImage = 5
const boxesPerImage = 2
const wordCount = 3000
const frequentWords = 'a the on in of and with red blue green dog cat man woman street table standing sitting white black'.split(' ')

/**
 * A version of the size that the grid is meant for, made in the database alone: five texts and two boxes an image, frequent and rare words,
 * the splits mixed as in Karpathy's files. No image has a file.
 */
export async function writeBigVersion(db: Db, images: number): Promise<{ versionId: string; datasetId: string }> {
  const dataset = await db.dataset.create({ data: { name: `big ${images}`, format: 'json_lines' } })
  const texts = (share: number) => Math.round(share * images * textsPerImage)
  const splits = { train: texts(0.9), val: texts(0.05), test: texts(0.05) }
  const { id: versionId } = await db.datasetVersion.create({
    data: {
      ...{ id: newId(), datasetId: dataset.id, number: 1, digest: `big ${images}` },
      counts: { images, missingImages: 0, orphanImages: 0, imageBytes: 0, examples: splits, kinds: { caption: splits } },
    },
  })
  await db.$transaction(
    async (tx) => {
      // Rows refer to rows of the same statements. Random numbers are the same every time.
      await tx.$executeRaw`set local session_replication_role = replica`
      await tx.$executeRaw`set local gin_pending_list_limit = '64MB'`
      await tx.$queryRaw`select setseed(0.5)::text`
      for (let from = 0; from < images; from += imagesAtOnce) {
        const to = Math.min(images, from + imagesAtOnce) - 1
        await tx.$executeRaw`
          create temp table piece on commit drop as select n, gen_random_uuid() as id,
            (case n % 20 when 18 then 'val' when 19 then 'test' else 'train' end)::"Split" as split
          from generate_series(${from}::int, ${to}::int) n`
        await tx.$executeRaw`
          insert into "DatasetImage" (id, "versionId", key, "fileName", position, digest, "widthPx", "heightPx", "mediaType", "sizeBytes")
          select id, ${versionId}::uuid, n::text, n || '.jpg', n, md5(n::text) || md5(n::text), 200 + n % 440, 200 + n % 280, 'image/jpeg', 50000
          from piece order by piece.n`
        await tx.$executeRaw`
          with text as materialized (
            select gen_random_uuid() as id, p.id as image, p.split, p.n * ${textsPerImage}::int + k as position,
              (select string_agg(case when word < 40 then (${frequentWords}::text[])[1 + word % 20] else 'word' || word end, ' ')
               from (select floor(${wordCount}::int * power(random() + 0 * (p.n + k + i), 3))::int as word
                     from generate_series(1, 6 + (p.n + k) % 6) i offset 0) drawn) as words
            from piece p cross join generate_series(0, ${textsPerImage}::int - 1) k
          ), added as (
            insert into "Example" (id, "versionId", kind, split, position, "externalId", text, label, answers, box)
            select id, ${versionId}::uuid, 'caption', split, position, position::text, words,
              (array['entailment', 'neutral', 'contradiction'])[1 + position % 3], array['answer ' || position % 2000], '{}'
            from text order by text.position
          )
          insert into "ExampleImage" ("exampleId", position, "imageId") select id, 0, image from text order by position`
        await tx.$executeRaw`
          insert into "ImageObject" (id, "imageId", category, attributes, x, y, width, height)
          select gen_random_uuid(), p.id, 'category ' || (p.n * 7 + k) % 80, jsonb_build_object('colour', 'colour ' || p.n % 11), 10, 10, 50, 50
          from piece p cross join generate_series(1, ${boxesPerImage}::int) k order by p.n`
        await tx.$executeRaw`drop table piece`
      }
    },
    { maxWait: 10_000, timeout: 3600_000 },
  )
  return { versionId, datasetId: dataset.id }
}
