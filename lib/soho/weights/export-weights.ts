import type { NamedArray, NamedArrays } from '../contract.ts'
import { toPyTorch } from './layout.ts'

/** `encoder`: torchvision's ResNet; `text`: Hugging Face's BertModel; `all`: every array, under our names. */
export type ExportPart = 'encoder' | 'text' | 'all'

const prefixOf = { encoder: 'backbone.', text: 'bert.', all: '' } as const

/**
 * Our arrays in PyTorch's layout, for `load_state_dict(safetensors.torch.load_file(...))`. The encoder comes with every name that
 * torchvision's network has but its classifier's; the text part is a BertModel without pooler.
 */
export function exportWeights(arrays: NamedArrays, part: ExportPart = 'all'): NamedArrays {
  const prefix = prefixOf[part]
  const exported: NamedArrays = new Map()
  for (const [name, array] of arrays) {
    if (!name.startsWith(prefix)) continue
    const theirs = name.slice(prefix.length)
    exported.set(theirs, toPyTorch(name, array))
    // PyTorch counts batches and wants the counter; we do not count.
    if (theirs.endsWith('.running_var')) exported.set(theirs.replace(/running_var$/, 'num_batches_tracked'), uncounted)
  }
  return exported
}

const uncounted: NamedArray = { shape: [], data: Int32Array.of(0) }
