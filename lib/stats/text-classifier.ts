/**
 * Multinomial naive Bayes over bags of words, with add-one smoothing: what a text alone says about its label. Counted in one pass, no
 * parameters to choose; on short texts it is near what a trained linear model reaches.
 * Source: Manning, Raghavan, Schütze, "Introduction to Information Retrieval" (2008), chapter 13.
 */
export interface TextClassifier {
  learn(text: string, label: string): void
  /** The most probable label; of equals the one learned first. Null before anything was learned. */
  predict(text: string): string | null
  /** The most frequent label. */
  majority(): string | null
}

/** Labels beyond the most frequent ones are learned as none: a question has thousands of answers, and most stand there once. */
interface Limits {
  labels?: readonly string[]
  /** Distinct words; later ones are not learned. */
  words?: number
}

export function createTextClassifier({ labels, words: wordLimit = 100_000 }: Limits = {}): TextClassifier {
  const places = new Map<string, number>()
  const names: string[] = []
  const textCounts: number[] = []
  const wordTotals: number[] = []
  const words = new Map<string, Map<number, number>>()
  for (const label of labels ?? []) add(label)

  function add(label: string): number {
    const place = names.length
    places.set(label, place)
    names.push(label)
    textCounts.push(0)
    wordTotals.push(0)
    return place
  }

  function learn(text: string, label: string): void {
    const place = places.get(label) ?? (labels ? undefined : add(label))
    if (place === undefined) return
    textCounts[place] = (textCounts[place] as number) + 1
    for (const word of wordsOf(text)) {
      let counts = words.get(word)
      if (!counts) {
        if (words.size >= wordLimit) continue
        words.set(word, (counts = new Map()))
      }
      counts.set(place, (counts.get(place) ?? 0) + 1)
      wordTotals[place] = (wordTotals[place] as number) + 1
    }
  }

  function predict(text: string): string | null {
    // log p(label) + sum over known words of log p(word | label), up to the part that all labels share.
    const known = wordsOf(text).flatMap((word) => words.get(word) ?? [])
    const scores = textCounts.map((count, place) =>
      count === 0 ? -Infinity : Math.log(count) - known.length * Math.log((wordTotals[place] as number) + words.size),
    )
    for (const counts of known) for (const [place, count] of counts) scores[place] = (scores[place] as number) + Math.log(count + 1)
    return best(scores)
  }

  /** The name at the greatest score; null when nothing was learned. */
  function best(scores: number[]): string | null {
    let place = -1
    for (const [i, score] of scores.entries()) if (score > (place < 0 ? -Infinity : (scores[place] as number))) place = i
    return names[place] ?? null
  }

  return { learn, predict, majority: () => best(textCounts.map((count) => count || -Infinity)) }
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
