import type { Random } from './random.ts'
import { colors, cornerNumbers, corners, shapes } from './world.ts'
import type { Corner, Scene } from './world.ts'

export const labels = ['entailment', 'neutral', 'contradiction'] as const
export type Label = (typeof labels)[number]

export interface Hypothesis {
  text: string
  corner: Corner
  property: string
}

export function drawHypothesis(random: Random): Hypothesis {
  const corner = random.pick(cornerNumbers)
  const isColor = random.next() < 0.5
  const property = isColor ? random.pick(colors) : random.pick(shapes)
  const text = isColor ? `The thing at the ${corners[corner]} is ${property}.` : `At the ${corners[corner]} is a ${property}.`
  return { text, corner, property }
}

/** What the card hides can be neither seen nor ruled out. */
export function judge({ corner, property }: Hypothesis, scene: Scene): Label {
  if (scene.card === corner) return 'neutral'
  const found = scene.objects.find((object) => object.corner === corner)
  return found && (found.color === property || found.shape === property) ? 'entailment' : 'contradiction'
}

/** Contradicted by something else in the place, not by an empty corner: an empty corner says too little about seeing. */
export function isOccupied({ corner }: Hypothesis, scene: Scene): boolean {
  return scene.objects.some((object) => object.corner === corner)
}

/** One image for each of the three labels; null where a split has none. */
export function imagesFor(hypothesis: Hypothesis, scenes: readonly Scene[], random: Random): Record<Label, number> | null {
  const found: Partial<Record<Label, number>> = {}
  const start = random.integer(scenes.length)
  for (let i = 0; i < scenes.length; i += 1) {
    const at = (start + i) % scenes.length
    const scene = scenes[at] as Scene
    const label = judge(hypothesis, scene)
    if (label === 'contradiction' && !isOccupied(hypothesis, scene)) continue
    found[label] ??= at
    if (labels.every((name) => found[name] !== undefined)) return found as Record<Label, number>
  }
  return null
}
