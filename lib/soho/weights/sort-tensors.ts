import { layoutOf } from './layout.ts'
import type { Layout } from './layout.ts'
import { fateOf } from './names.ts'
import type { TensorShape, WeightPart } from './names.ts'
import { WeightsError } from './weights-error.ts'

/** A file's tensors by what becomes of them. */
export interface SortedTensors<T extends TensorShape> {
  layout: Layout
  /** By our name. */
  mapped: Map<string, T>
  /** Known, and not used: classifiers, counters, parts that were not asked for. */
  ignored: string[]
  /** Not known. */
  extra: string[]
}

export const everyPart: readonly WeightPart[] = ['encoder', 'text', 'other']

/**
 * @param file what the file is called in errors
 * @throws WeightsError when two tensors are the same parameter
 */
export function sortTensors<T extends TensorShape>(tensors: readonly T[], parts = everyPart, file = ''): SortedTensors<T> {
  const sorted: SortedTensors<T> = { layout: layoutOf(tensors), mapped: new Map(), ignored: [], extra: [] }
  for (const tensor of tensors) {
    const fate = fateOf(tensor.name)
    if (fate.kind === 'extra') sorted.extra.push(tensor.name)
    else if (fate.kind === 'ignored' || !parts.includes(fate.part)) sorted.ignored.push(tensor.name)
    else {
      const other = sorted.mapped.get(fate.name)
      if (other) throw new WeightsError(`${file ? `${file}: ` : ''}the tensors ${other.name} and ${tensor.name} are the same parameter.`)
      sorted.mapped.set(fate.name, tensor)
    }
  }
  return sorted
}
