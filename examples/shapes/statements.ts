import type { Random } from './random.ts'
import { kindOf, sampleScene } from './world.ts'
import type { Scene } from './world.ts'

export type Pair = [Scene, Scene]

/** Two pairs and two sentences: each sentence is true of one pair and false of the other, so that the words alone are at chance. */
export interface StatementSet {
  pairs: [Pair, Pair]
  sentences: [string, string]
  /** labels[pair][sentence] */
  labels: [[boolean, boolean], [boolean, boolean]]
}

interface Statement {
  text: string
  holds: (pair: Pair) => boolean
}

type Test = { words: string; holds: (scene: Scene) => boolean }

/** What a sentence can say of one image: a kind, a shape, or a colour. */
function draw(random: Random, scene: Scene): Test {
  const object = random.pick(scene.objects)
  return random.pick<Test>([
    { words: kindOf(object), holds: (other) => other.objects.some((found) => kindOf(found) === kindOf(object)) },
    { words: object.shape, holds: (other) => other.objects.some((found) => found.shape === object.shape) },
    { words: `${object.color} thing`, holds: (other) => other.objects.some((found) => found.color === object.color) },
  ])
}

function compose(random: Random, { words, holds }: Test): Statement {
  return random.pick<Statement>([
    { text: `The left image has a ${words}.`, holds: ([left]) => holds(left) },
    { text: `There is a ${words} in the right image.`, holds: ([, right]) => holds(right) },
    { text: `Both images have a ${words}.`, holds: ([left, right]) => holds(left) && holds(right) },
    { text: `Neither image shows a ${words}.`, holds: ([left, right]) => !holds(left) && !holds(right) },
  ])
}

function find(random: Random, yes: Pair, no: Pair): string | null {
  for (let tries = 0; tries < 60; tries += 1) {
    const statement = compose(random, draw(random, random.pick([...yes, ...no])))
    if (statement.holds(yes) && !statement.holds(no)) return statement.text
  }
  return null
}

export function writeStatementSet(random: Random): StatementSet {
  for (;;) {
    const pair = (): Pair => [sampleScene(random, { card: 'never' }), sampleScene(random, { card: 'never' })]
    const pairs: [Pair, Pair] = [pair(), pair()]
    const first = find(random, pairs[0], pairs[1])
    const second = find(random, pairs[1], pairs[0])
    if (first === null || second === null || first === second) continue
    return { pairs, sentences: [first, second], labels: [[true, false], [false, true]] } // prettier-ignore
  }
}
