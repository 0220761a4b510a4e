import type { NamedArray, NamedArrays } from '../contract.ts'
import { toOurs } from './layout.ts'
import type { WeightPart } from './names.ts'
import { sortTensors } from './sort-tensors.ts'

/** A file's arrays under our names and in our layouts, whatever model they are for. */
export interface Translation {
  arrays: NamedArrays
  /** The file's names of tensors that are known and not used. */
  ignored: string[]
  /** The file's names of tensors that are not known. */
  extra: string[]
}

/** What a model takes over of given arrays. Names are ours; in `ignored` and `extra` those of the file. */
export interface Imported {
  /** In the shapes of the model. */
  arrays: NamedArrays
  loaded: string[]
  /** Parameters of the model that the arrays say nothing about. */
  missing: string[]
  extra: string[]
  ignored: string[]
  wrongShape: { name: string; found: number[]; wanted: number[] }[]
}

/** Arrays of a torchvision ResNet, a Hugging Face BERT or this lab, renamed and turned to ours. `parts`: only these. */
export function translateWeights(arrays: NamedArrays, parts?: readonly WeightPart[]): Translation {
  const tensors = [...arrays].map(([name, array]) => ({ name, ...array }))
  const { layout, mapped, ignored, extra } = sortTensors(tensors, parts)
  const turned = [...mapped].map(([ours, { shape, data }]): [string, NamedArray] => {
    return [ours, layout === 'ours' ? { shape, data } : toOurs(ours, { shape, data })]
  })
  return { arrays: new Map(turned), ignored, extra }
}

/**
 * Matches arrays under our names with a model's parameters. A model with fewer Transformer layers takes the first ones, and one with
 * fewer text positions the first rows of the position embedding.
 */
export function fitWeights(arrays: NamedArrays, parameterShapes: ReadonlyMap<string, readonly number[]>): Imported {
  const fitted: Imported = { arrays: new Map(), loaded: [], missing: [], extra: [], ignored: [], wrongShape: [] }
  for (const [name, wanted] of parameterShapes) {
    const given = arrays.get(name)
    if (!given) {
      fitted.missing.push(name)
      continue
    }
    const array = name === positions ? firstRows(given, wanted) : given
    if (array.shape.join() === wanted.join()) {
      fitted.arrays.set(name, array)
      fitted.loaded.push(name)
    } else fitted.wrongShape.push({ name, found: [...given.shape], wanted: [...wanted] })
  }
  for (const name of arrays.keys()) {
    if (parameterShapes.has(name)) continue
    if (layerName.test(name)) fitted.ignored.push(name)
    else fitted.extra.push(name)
  }
  return fitted
}

/** A file's arrays as a model's: translated, then matched. */
export function importWeights(arrays: NamedArrays, parameterShapes: ReadonlyMap<string, readonly number[]>): Imported {
  const { arrays: ours, ignored, extra } = translateWeights(arrays)
  const fitted = fitWeights(ours, parameterShapes)
  return { ...fitted, ignored: [...ignored, ...fitted.ignored], extra: [...extra, ...fitted.extra] }
}

const positions = 'bert.embeddings.position_embeddings.weight'
/** Of a deeper Transformer than the model's. */
const layerName = /^bert\.encoder\.layer\.\d+\./

function firstRows({ shape, data }: NamedArray, wanted: readonly number[]): NamedArray {
  const [rows = 0, width = 0] = shape
  const [kept = 0] = wanted
  return rows > kept ? { shape: [kept, width], data: data.subarray(0, kept * width) } : { shape, data }
}
