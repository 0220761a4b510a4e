import { expect, test } from 'vitest'
import { db } from '#lib/db'
import { memberContext } from '../../../tests/member-context.ts'
import { writeTestVersion } from '../../../tests/written-version.ts'
import { previewSubset } from './preview-subset.ts'
import { SubsetRule } from './recipe.ts'

const bytes = Buffer.from('an image')
const images = Array.from({ length: 12 }, (_, i) => ({ key: `image ${i}`, bytes }))
/** One to three captions an image; the images of val are shown in train too. */
const examples = images.flatMap(({ key }, i) => [
  ...Array.from({ length: 1 + (i % 3) }, () => ({ split: 'train' as const, text: key, images: [key] })),
  ...(i % 4 === 0 ? [{ split: 'val' as const, text: key, images: [key] }] : []),
])

test('a preview counted from the images of the splits tells what one pass over all examples tells', async () => {
  const ctx = await memberContext('viewer')
  const { id: parentId } = await writeTestVersion('sampled', images, examples)
  await writeTestVersion('another', images.slice(0, 3), examples.slice(0, 2))
  const rules = [
    { splits: ['train', 'val'], samples: { train: 0.5 } },
    { splits: ['train', 'val'], samples: { train: 0.3, val: 0.5 }, seed: 7 },
    { splits: ['val', 'test'], samples: {} },
    { splits: ['test'], samples: { test: 0.5 } },
  ] as const
  for (const rule of rules) {
    const plain = SubsetRule.parse(rule)
    // Every image is as large, so that the condition changes nothing but the way.
    const asked = await previewSubset(ctx, { parentId, rule: { ...plain, minimumSidePx: 1 } })
    expect(await previewSubset(ctx, { parentId, rule: plain })).toEqual(asked)
  }
  expect(await db().splitImages.count({ where: { versionId: parentId } })).toBe(4)
  const half = await previewSubset(ctx, { parentId, rule: SubsetRule.parse(rules[0]) })
  expect(half).toMatchObject({
    splits: [
      { split: 'train', images: 6 },
      { split: 'val', images: 3, examples: 3 },
    ],
  })
})
