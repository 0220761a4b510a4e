import type { Context } from '#lib/services/context'
import { getWorkedCheck } from '#lib/services/checks/get-worked-check'
import { finishCheck } from '#lib/services/checks/finish-check'
import { readImageHashes } from '#lib/services/checks/image-hashes'
import { readLabelBalance } from '#lib/services/checks/read-check-texts'
import type { NearPair } from '#lib/services/checks/finding-tables'
import { hashImages } from './check/hash-images.ts'
import { findNearPairs, hashTable, isPlain, looksSame, nearBits } from './check/near-pairs.ts'
import { scoreTextOnly } from './check/score-text-only.ts'
import type { WorkState } from './work-state.ts'

/** Looks for duplicates, leaks and faults in a version, alone and beside others. */
export async function checkDataset(ctx: Context, state: WorkState): Promise<void> {
  const check = await getWorkedCheck(ctx, state.ref.id)
  const versionIds = [check.versionId, ...check.against]
  const unreadable = await hashImages(ctx, versionIds, state)
  const looks = await compareLooks(ctx, versionIds, state)
  state.begin('Weighing labels')
  const labels = await readLabelBalance(ctx, check.versionId)
  const textOnly = await scoreTextOnly(ctx, check.versionId, labels, state)
  state.begin('Comparing images and texts')
  await finishCheck(ctx, state.ref, check, {
    pairs: looks.pairs,
    unreadable,
    summary: {
      looks: { compared: looks.compared, plain: looks.plain, unreadable: unreadable.length, limitBits: nearBits },
      labels,
      textOnly,
    },
  })
}

async function compareLooks(ctx: Context, versionIds: string[], state: WorkState) {
  const hashes = await readImageHashes(ctx, versionIds)
  const table = hashTable(hashes)
  state.begin('Comparing looks', hashes.length)
  const pairs: NearPair[] = []
  let compared = 0
  await findNearPairs(
    table,
    nearBits,
    (a, b, bits) => {
      if (looksSame(table, a, b, bits)) pairs.push({ digest: hashes[a]?.digest ?? '', otherDigest: hashes[b]?.digest ?? '', bits })
    },
    (done) => {
      state.advance(done - compared)
      compared = done
    },
  )
  const plain = hashes.filter((_, i) => isPlain(table, i)).length
  return { pairs, compared: hashes.length - plain, plain }
}
