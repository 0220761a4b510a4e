import { db } from '../lib/db.ts'
import { presets } from '../lib/soho/presets.ts'
import type { SmallDataset } from './small-dataset.ts'

export interface SmallCodebook {
  ablationId: string
  runId: string
  stageId: string
}

/** Codes and distances of one image, row by row on a grid of two by two. */
export interface SmallMap {
  codes: number[]
  distances: number[]
}

/** A finished pre-training whose index maps were made by hand; size 0: one without a dictionary. */
export async function createSmallCodebook(dataset: SmallDataset, size: number, maps: SmallMap[]): Promise<SmallCodebook> {
  const { image, dictionary, ...rest } = presets.tiny
  const configuration = { ...rest, image: { ...image, shortSidePx: 32, longSidePx: 32 }, dictionary: { ...dictionary, size } }
  const run = await db().run.create({
    data: {
      ...{ cellIndex: 0, factorValues: { 'dictionary.size': size }, seed: 1, configuration },
      ablation: {
        create: { name: `dictionary ${size}`, preset: 'tiny', baseConfiguration: configuration, factors: [], seeds: [1], datasets: {} },
      },
    },
  })
  const stage = await db().stage.create({
    data: {
      ...{ digest: run.id, kind: 'pretrain', configuration, seed: 1, datasetVersionId: dataset.versionId, status: 'succeeded' },
      finishedAt: new Date(),
      runs: { create: { runId: run.id, kind: 'pretrain' } },
      codewords: { createMany: { data: codewordRows(size, maps) } },
      indexMaps: {
        createMany: {
          data: maps.map((map, i) => ({ ...map, imageId: dataset.imageIds[i] as string, gridHeight: 2, gridWidth: 2 })),
        },
      },
    },
  })
  return { ablationId: run.ablationId, runId: run.id, stageId: stage.id }
}

function codewordRows(size: number, maps: SmallMap[]) {
  const total = maps.flatMap(({ codes }) => codes).filter((code) => code >= 0).length
  return Array.from({ length: size }, (_, code) => {
    const own = maps.flatMap(({ codes, distances }) => distances.filter((_, i) => codes[i] === code))
    return {
      ...{ code, tokenCount: own.length, usage: own.length / total },
      imageCount: maps.filter(({ codes }) => codes.includes(code)).length,
      meanDistance: own.length === 0 ? null : own.reduce((a, b) => a + b, 0) / own.length,
    }
  })
}
