import { beforeAll, expect, test } from 'vitest'
import { memberContext } from '../../../tests/member-context.ts'
import { smallOverrides } from '../../../tests/small-dataset.ts'
import { writeTestVersion } from '../../../tests/written-version.ts'
import type { Context } from '../context.ts'
import { createAblation } from './create-ablation.ts'
import type { CreateAblationInput } from './create-ablation-input.ts'
import { previewAblation } from './preview-ablation.ts'

let ctx: Context
beforeAll(async () => {
  ctx = await memberContext('editor')
})

const input = (pretrain: string, nlvr2: string | null = null): CreateAblationInput => ({
  ...{ name: 'sizes', description: '', preset: 'tiny', overrides: smallOverrides, seeds: [1, 2] },
  factors: [{ field: 'dictionary.size', values: [8] }],
  datasets: { pretrain, retrieval: null, vqa: null, nlvr2, 'snli-ve': null },
})
const bytes = Buffer.from('an image')
const here = (key: string) => ({ key, bytes })
const gone = (key: string) => ({ key, bytes: null })

test('a version whose training images are all unreadable cannot be launched, and the form says why beside the field', async () => {
  const { id } = await writeTestVersion('lost', [gone('a'), here('b')], [
    { split: 'train', text: 'one', images: ['a'] },
    { split: 'val', text: 'two', images: ['b'] },
  ]) // prettier-ignore
  const fields = {
    'datasets.pretrain': expect.stringContaining('images of all its 1 training examples are missing or unreadable') as string,
  }
  await expect(previewAblation(ctx, input(id))).rejects.toMatchObject({ code: 'invalid', fields })
  await expect(createAblation(ctx, input(id))).rejects.toMatchObject({ code: 'invalid', fields })
})

test('a preview counts only examples whose images can all be read, and says which split has none', async () => {
  const { id } = await writeTestVersion('pairs', [here('a'), here('b'), gone('c')], [
    { split: 'train', kind: 'statement', text: 'one', images: ['a', 'b'], label: 'true' },
    { split: 'train', kind: 'statement', text: 'two', images: ['a', 'c'], label: 'true' },
    { split: 'test', kind: 'statement', text: 'three', images: ['c', 'b'], label: 'true' },
    { split: 'train', text: 'four', images: ['a'] },
  ], 'json_lines') // prettier-ignore
  const { warnings } = await previewAblation(ctx, input(id, id))
  expect(warnings).toContain('NLVR2: 1 of 2 training examples of pairs are left out: their images are missing or unreadable.')
  expect(warnings).toContain('NLVR2: pairs has no test example whose image can be read, so that there will be no test score.')
  expect(warnings.filter((warning) => warning.startsWith('Pre-training') && warning.includes('left out'))).toEqual([])
})
