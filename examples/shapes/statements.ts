import { grouped, joinWords, numberWord } from './captions.ts'
import type { Random } from './random.ts'
import { contentOf, kindOf, sampleScene } from './world.ts'
import type { Scene } from './world.ts'

export type Pair = [Scene, Scene]

/** Two pairs and two sentences: each sentence is true of one pair and false of the other, so that the words alone are at chance. */
export interface StatementSet {
  pairs: [Pair, Pair]
  /** One true of the first pair, one true of the second. */
  sentences: [string, string]
  /** labels[pair][sentence] */
  labels: [[boolean, boolean], [boolean, boolean]]
}

interface Statement {
  text: string
  holds: (pair: Pair) => boolean
}

type Test = { words: string; holds: (scene: Scene) => boolean }

/** What a sentence can say of one image: a kind, a shape, a colour, or how many things it shows. */
function draw(random: Random, scene: Scene): Test {
  const object = random.pick(scene.objects)
  const count = scene.objects.length
  return random.pick<Test>([
    { words: `a ${kindOf(object)}`, holds: (other) => other.objects.some((found) => kindOf(found) === kindOf(object)) },
    { words: `a ${object.shape}`, holds: (other) => other.objects.some((found) => found.shape === object.shape) },
    { words: `a ${object.color} thing`, holds: (other) => other.objects.some((found) => found.color === object.color) },
    { words: `${numberWord(count)} thing${count === 1 ? '' : 's'}`, holds: (other) => other.objects.length === count },
  ])
}

function compose(random: Random, { words, holds }: Test): Statement {
  const either: Statement = { text: `At least one image shows ${words}.`, holds: ([left, right]) => holds(left) || holds(right) }
  const both: Statement = { text: `Both images show ${words}.`, holds: ([left, right]) => holds(left) && holds(right) }
  return random.pick<Statement>([
    either,
    either,
    either,
    both,
    both,
    both,
    { text: `The left image shows ${words}.`, holds: ([left]) => holds(left) },
    { text: `The right image shows ${words}.`, holds: ([, right]) => holds(right) },
    { text: `Neither image shows ${words}.`, holds: ([left, right]) => !holds(left) && !holds(right) },
  ])
}

/** Everything one image shows, in the words of captions. */
function list(random: Random, pair: Pair): Statement {
  const side = random.integer(2) as 0 | 1
  const content = contentOf(pair[side])
  const text = `The ${side === 0 ? 'left' : 'right'} image shows only ${joinWords(grouped(pair[side], random))}.`
  return { text, holds: (other) => contentOf(other[side]) === content }
}

/** A sentence that is true of one pair and false of the other: it lists an image, or says something of one, of either or of both. */
function find(random: Random, yes: Pair, no: Pair): string | null {
  const isList = random.next() < 0.5
  for (let tries = 0; tries < 60; tries += 1) {
    const statement = isList ? list(random, yes) : compose(random, draw(random, random.pick([...yes, ...no])))
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
