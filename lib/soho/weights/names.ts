/** A tensor of a weights file, as its header names it. */
export interface TensorShape {
  name: string
  shape: readonly number[]
}

/** Which part of the model a parameter belongs to. */
export type WeightPart = 'encoder' | 'text' | 'other'

/** What becomes of a tensor's name: our parameter's, or nothing that we have. */
export type NameFate = { kind: 'mapped'; name: string; part: WeightPart } | { kind: 'ignored' } | { kind: 'extra' }

interface Rule {
  from: RegExp
  /** Our name, with the groups of `from`; null: known, and not used. */
  to: string | null
}

const batchNorm = '(?:weight|bias|running_mean|running_var)'
const encoderName = `(?:conv1\\.weight|bn1\\.${batchNorm}|layer\\d+\\.\\d+\\.(?:conv\\d\\.weight|bn\\d\\.${batchNorm}|downsample\\.0\\.weight|downsample\\.1\\.${batchNorm}))`
const dense = '(?:attention\\.self\\.(?:query|key|value)|attention\\.output\\.dense|intermediate\\.dense|output\\.dense)'
const layer = '(encoder\\.layer\\.\\d+\\.'

/**
 * The one table between our names and those of torchvision's ResNets and Hugging Face's BERT, the first rule that fits. Old BERT files say
 * gamma and beta for a layer norm's weight and bias; a bare BertModel says no `bert.`. Our own names come last and stay.
 */
const rules: readonly Rule[] = [
  { from: /(?:^|\.)num_batches_tracked$/, to: null },
  { from: /^(?:backbone\.)?fc\.(?:weight|bias)$/, to: null },
  { from: new RegExp(`^(?:backbone\\.)?(${encoderName})$`), to: 'backbone.$1' },

  { from: /^(?:bert\.)?embeddings\.position_ids$/, to: null },
  { from: /^(?:bert\.)?pooler\.dense\.(?:weight|bias)$/, to: null },
  { from: /^cls\.seq_relationship\.(?:weight|bias)$/, to: null },
  // Tied to the word embedding and to `cls.predictions.bias`.
  { from: /^cls\.predictions\.decoder\.(?:weight|bias)$/, to: null },
  { from: /^cls\.predictions\.bias$/, to: 'heads.mlm_bias' },
  { from: /^cls\.predictions\.transform\.dense\.(weight|bias)$/, to: 'heads.mlm.dense.$1' },
  { from: /^cls\.predictions\.transform\.LayerNorm\.(?:weight|gamma)$/, to: 'heads.mlm.LayerNorm.weight' },
  { from: /^cls\.predictions\.transform\.LayerNorm\.(?:bias|beta)$/, to: 'heads.mlm.LayerNorm.bias' },
  { from: /^(?:bert\.)?embeddings\.((?:word|position|token_type)_embeddings\.weight)$/, to: 'bert.embeddings.$1' },
  { from: /^(?:bert\.)?embeddings\.LayerNorm\.(?:weight|gamma)$/, to: 'bert.embeddings.LayerNorm.weight' },
  { from: /^(?:bert\.)?embeddings\.LayerNorm\.(?:bias|beta)$/, to: 'bert.embeddings.LayerNorm.bias' },
  { from: new RegExp(`^(?:bert\\.)?${layer}${dense}\\.(?:weight|bias))$`), to: 'bert.$1' },
  { from: new RegExp(`^(?:bert\\.)?${layer}(?:attention\\.)?output\\.LayerNorm\\.)(?:weight|gamma)$`), to: 'bert.$1weight' },
  { from: new RegExp(`^(?:bert\\.)?${layer}(?:attention\\.)?output\\.LayerNorm\\.)(?:bias|beta)$`), to: 'bert.$1bias' },

  { from: /^((?:neck|heads)\..+)$/, to: '$1' },
]

export function fateOf(name: string): NameFate {
  const rule = rules.find(({ from }) => from.test(name))
  if (!rule) return { kind: 'extra' }
  if (rule.to === null) return { kind: 'ignored' }
  const ours = name.replace(rule.from, rule.to)
  return { kind: 'mapped', name: ours, part: partOf(ours) }
}

export function partOf(ours: string): WeightPart {
  if (ours.startsWith('backbone.')) return 'encoder'
  return ours.startsWith('bert.') || ours.startsWith('heads.mlm.') || ours === 'heads.mlm_bias' ? 'text' : 'other'
}
