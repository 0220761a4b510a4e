import type { Random } from './random.ts'
import { corners, kindOf, type Scene, type SceneObject } from './world.ts'

const numberWords = ['no', 'one', 'two', 'three', 'four'] as const
export const numberWord = (count: number) => numberWords[count] ?? String(count)
const plural = (count: number) => (count === 1 ? '' : 's')

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** One word group a thing, equal kinds counted together: `two red circles`, `green star`, `card`. */
export function grouped(scene: Scene, random: Random): string[] {
  const counts = new Map<string, number>()
  for (const object of scene.objects) counts.set(kindOf(object), (counts.get(kindOf(object)) ?? 0) + 1)
  const things = [...counts].map(([kind, count]) => (count === 1 ? kind : `${numberWord(count)} ${kind}s`))
  return random.shuffle(scene.card === null ? things : [...things, 'card'])
}

function listed(scene: Scene): string[] {
  const things = scene.objects.map((object) => ({ corner: object.corner, word: kindOf(object) }))
  if (scene.card !== null) things.push({ corner: scene.card, word: 'card' })
  return things.sort((a, b) => a.corner - b.corner).map(({ word }) => word)
}

const sized = (object: SceneObject) => `${object.size} ${kindOf(object)}`

/** Where everything is; only where it fits the shortest text length. */
function placed(scene: Scene): string | null {
  const things = scene.objects.map((object) => `${kindOf(object)} ${corners[object.corner]}`)
  if (scene.card !== null) things.push(`card ${corners[scene.card]}`)
  return things.length > 2 ? null : `just ${joinWords(things)}`
}

function withSizes(scene: Scene): string | null {
  if (scene.objects.length + (scene.card === null ? 0 : 1) > 3) return null
  const things = scene.objects.map(sized)
  return `only ${joinWords(scene.card === null ? things : [...things, 'card'])}`
}

/**
 * Five different captions. Each is a complete list of the scene's things and therefore false of every scene with other content;
 * together with `sampleDistinctScenes` no caption is true of a second image. At most 14 words and commas, so that [CLS] and
 * [SEP] fit into 16 tokens.
 */
export function writeCaptions(scene: Scene, random: Random): string[] {
  const total = scene.objects.length + (scene.card === null ? 0 : 1)
  const captions = new Set<string>()
  const forms = [
    () => `${numberWord(total)} thing${plural(total)}: ${joinWords(grouped(scene, random))}`,
    () => `only ${joinWords(grouped(scene, random))}`,
    () => withSizes(scene) ?? `just ${joinWords(grouped(scene, random))}`,
    () => placed(scene) ?? `${joinWords(grouped(scene, random))} alone`,
    () => `in order ${joinWords(listed(scene))}`,
  ]
  for (const form of forms) {
    let caption = form()
    for (const prefix of ['a picture of', 'an image of', 'here']) {
      if (captions.has(caption)) caption = `${prefix} ${caption}`
    }
    captions.add(caption)
  }
  return [...captions]
}
