import path from 'node:path'
import type { CreateImportInput } from '#lib/services/imports/create-import-input'

export const demoNames = ['NLVR (sample)', 'Shapes captions', 'Shapes VQA', 'Shapes NLVR2', 'Shapes SNLI-VE'] as const
export type DemoName = (typeof demoNames)[number]

type Role = CreateImportInput['files'][number]['role']
type Part = [split: 'train' | 'val' | 'test' | null, role: Role, file: string]

const shapes = {
  license: 'CC0 1.0',
  attribution: 'Drawn and written by the generator in examples/shapes, seed 1.',
}
const world = 'A small world of shapes: one to four objects with shape, colour, size and position'

/** What each demo dataset imports, from the folder it was prepared in. */
export function demoImport(name: DemoName, folder: string): CreateImportInput {
  const files = (parts: Part[]) =>
    parts.map(([split, role, file]) => ({ role, split, name: path.basename(file), path: path.join(folder, file) }))
  const images = (place: string) => [{ name: path.basename(path.join(folder, place)), path: path.join(folder, place) }]
  switch (name) {
    case 'NLVR (sample)':
      return {
        datasetName: name,
        format: 'nlvr',
        description: 'Human statements about three drawn boxes: 300 examples of the Cornell NLVR corpus.',
        license: 'CC BY 4.0',
        attribution:
          'Suhr, Lewis, Yeh, Artzi: A Corpus of Natural Language for Visual Reasoning, ACL 2017. Divided anew; see examples/nlvr/README.md.',
        files: files([part('train', 'train/train.json'), part('val', 'dev/dev.json'), part('test', 'test/test.json')]),
        imageRoots: images(''),
      }
    case 'Shapes captions':
      return {
        ...{ datasetName: name, format: 'coco_karpathy', ...shapes, description: `${world}; five captions an image, and its boxes.` },
        files: files([
          [null, 'captions', 'captions/dataset_shapes.json'],
          [null, 'instances', 'captions/instances_shapes.json'],
        ]),
        imageRoots: images('images'),
      }
    case 'Shapes VQA':
      return {
        ...{ datasetName: name, format: 'vqa_v2', ...shapes, description: `${world}; questions with ten answers each.` },
        files: files((['train', 'val', 'test'] as const).flatMap(questionParts)),
        imageRoots: images('images'),
      }
    case 'Shapes NLVR2':
      return {
        ...{ datasetName: name, format: 'nlvr2', ...shapes, description: `${world}; statements about two images.` },
        files: files([part('train', 'nlvr2/train.json'), part('val', 'nlvr2/dev.json'), part('test', 'nlvr2/test1.json')]),
        imageRoots: images('nlvr2'),
      }
    case 'Shapes SNLI-VE':
      return {
        ...{ datasetName: name, format: 'snli_ve', ...shapes, description: `${world}; hypotheses about an image.` },
        files: files([
          ['train', 'hypotheses', 'snli-ve/snli_ve_train.jsonl'],
          ['val', 'hypotheses', 'snli-ve/snli_ve_dev.jsonl'],
          ['test', 'hypotheses', 'snli-ve/snli_ve_test.jsonl'],
        ]),
        imageRoots: images('images'),
      }
  }
}

const part = (split: 'train' | 'val' | 'test', file: string): Part => [split, 'statements', file]

const questionParts = (split: 'train' | 'val' | 'test'): Part[] => [
  [split, 'questions', `vqa/v2_OpenEnded_shapes_${split}_questions.json`],
  [split, 'annotations', `vqa/v2_shapes_${split}_annotations.json`],
]
