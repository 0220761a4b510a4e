/** The labels that examples of a kind can have; null where any text is one. Forms import this file. */
export function labelsOf(kind: 'caption' | 'question' | 'statement' | 'hypothesis'): readonly string[] | null {
  if (kind === 'statement') return ['true', 'false']
  if (kind === 'hypothesis') return ['entailment', 'neutral', 'contradiction']
  return null
}
