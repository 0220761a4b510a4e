import type { Random } from './random.ts'

/**
 * The world: a 64 px image divided into four corners. Each corner is empty, holds one object, or is hidden behind the card.
 * What the card hides cannot be seen, so a hypothesis about it is neither entailed nor contradicted.
 */

export const imageSizePx = 64
export const colors = ['red', 'green', 'blue', 'yellow', 'purple', 'white'] as const
export type Color = (typeof colors)[number]
export const shapes = ['circle', 'square', 'triangle', 'star'] as const
export type Shape = (typeof shapes)[number]
export const sizes = ['small', 'large'] as const
export type Size = (typeof sizes)[number]
export const corners = ['top left', 'top right', 'bottom left', 'bottom right'] as const
export type Corner = 0 | 1 | 2 | 3
export const cornerNumbers = [0, 1, 2, 3] as const satisfies readonly Corner[]

export interface SceneObject {
  color: Color
  shape: Shape
  size: Size
  corner: Corner
  /** Centre and radius of the enclosing circle. Pixels. */
  x: number
  y: number
  radius: number
}
export interface Scene {
  /** One to four objects (three beside a card), in reading order of their corners. */
  objects: SceneObject[]
  /** The corner behind the card, or null. */
  card: Corner | null
}

const radii: Record<Size, number> = { small: 8.5, large: 13 }
/** Of a hundred scenes so many have one, two, three, four things. Few things are simple but soon all used up. */
const countWeights = [4, 30, 46, 20]
const cardShare = 0.25

export const isLeft = (corner: Corner) => corner % 2 === 0
export const isTop = (corner: Corner) => corner < 2
export const kindOf = (object: { color: Color; shape: Shape }) => `${object.color} ${object.shape}`
/** The same for two scenes exactly when a list of all their things, without places and sizes, fits both. */
export const contentOf = (scene: Scene) => [...scene.objects.map(kindOf).sort(), scene.card === null ? '' : 'card'].join(', ')

function drawCount(random: Random): number {
  let left = random.next() * countWeights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, weight] of countWeights.entries()) {
    left -= weight
    if (left < 0) return index + 1
  }
  return countWeights.length
}

function drawObject(random: Random, corner: Corner): SceneObject {
  const size = random.pick(sizes)
  const radius = radii[size]
  const slack = 16 - radius - 1
  const jitter = () => 16 + Math.round((random.next() * 2 - 1) * slack * 2) / 2
  return {
    color: random.pick(colors),
    shape: random.pick(shapes),
    size,
    corner,
    x: (isLeft(corner) ? 0 : 32) + jitter(),
    y: (isTop(corner) ? 0 : 32) + jitter(),
    radius,
  }
}

export interface SceneOptions {
  /** `never`: no card; `always`: a card; otherwise one scene in four has one. */
  card?: 'never' | 'always' | 'sometimes'
}

/** One scene. Kinds may repeat within a scene. */
export function sampleScene(random: Random, options: SceneOptions = {}): Scene {
  const mode = options.card ?? 'sometimes'
  const hasCard = mode === 'always' || (mode === 'sometimes' && random.next() < cardShare)
  const count = drawCount(random)
  const places = random.shuffle(cornerNumbers)
  const card = hasCard ? (places.pop() ?? null) : null
  const objects = places.slice(0, count).map((corner) => drawObject(random, corner))
  return { objects: objects.sort((a, b) => a.corner - b.corner), card }
}

/**
 * Scenes of which no two have the same content, so that a complete list of one scene's things is false of every other.
 * Throws when the world has too few (roughly above 4,000).
 */
export function sampleDistinctScenes(random: Random, count: number): Scene[] {
  const scenes: Scene[] = []
  const seen = new Set<string>()
  for (let tries = 0; scenes.length < count; tries++) {
    if (tries > count * 50) throw new Error(`The world has fewer than ${count} distinct scenes at hand`)
    const scene = sampleScene(random)
    const content = contentOf(scene)
    if (seen.has(content)) continue
    seen.add(content)
    scenes.push(scene)
  }
  return scenes
}
