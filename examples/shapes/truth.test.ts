import { describe, expect, it } from 'vitest'
import { writeCaptions } from './captions.ts'
import { drawHypothesis, imagesFor, labels } from './hypotheses.ts'
import { writeAnswers, writeQuestions } from './questions.ts'
import { createRandom } from './random.ts'
import { writeStatementSet } from './statements.ts'
import { colors, contentOf, corners, sampleDistinctScenes, shapes } from './world.ts'
import type { Scene, SceneObject } from './world.ts'

/** What the texts say, read back from their words alone: nothing here calls the code that wrote them. */

const numbers: Record<string, number> = { no: 0, one: 1, two: 2, three: 3, four: 4 }
const colorWords = colors.join('|')
const shapeWords = shapes.join('|')
const sizeWords = 'small|large'
const cornerWords = corners.join('|')

/** The caption's things as a list such as `contentOf` makes, and what it says of sizes and places. */
function readCaption(caption: string) {
  const things: string[] = []
  const details: { kind: string; size: string | null; corner: string | null }[] = []
  const pattern = new RegExp(`(two |three |four )?(?:(${sizeWords}) )?(${colorWords}) (${shapeWords})s?(?: (${cornerWords}))?`, 'g')
  for (const [, count, size, color, shape, corner] of caption.matchAll(pattern)) {
    const kind = `${color} ${shape}`
    things.push(...Array<string>(count ? (numbers[count.trim()] as number) : 1).fill(kind))
    details.push({ kind, size: size ?? null, corner: corner ?? null })
  }
  const hasCard = /\bcard\b/.test(caption)
  return { content: [...things.sort(), hasCard ? 'card' : ''].join(', '), details, total: things.length + (hasCard ? 1 : 0) }
}

function fits(scene: Scene, { details }: ReturnType<typeof readCaption>): boolean {
  return details.every(({ kind, size, corner }) =>
    scene.objects.some(
      (object) =>
        `${object.color} ${object.shape}` === kind &&
        (size === null || object.size === size) &&
        (corner === null || corners[object.corner] === corner),
    ),
  )
}

describe('captions', () => {
  const scenes = sampleDistinctScenes(createRandom(5, 'scenes'), 600)
  const random = createRandom(5, 'captions')
  const written = scenes.map((scene) => writeCaptions(scene, random))

  it('are five different ones an image, short enough for 16 tokens', () => {
    for (const captions of written) {
      expect(new Set(captions).size).toBe(5)
      for (const caption of captions) expect(caption.match(/\w+|[^\s\w]/g)?.length).toBeLessThanOrEqual(14)
    }
  })

  it('are true of their image and false of every other', () => {
    const contents = scenes.map(contentOf)
    expect(new Set(contents).size).toBe(scenes.length)
    for (const [i, captions] of written.entries()) {
      for (const caption of captions) {
        const read = readCaption(caption)
        expect(read.content, caption).toBe(contents[i])
        expect(fits(scenes[i] as Scene, read), caption).toBe(true)
        const counted = /(\w+) things?:/.exec(caption)?.[1]
        if (counted) expect(numbers[counted]).toBe(read.total)
      }
    }
  })

  it('show one to four objects in every size, colour, shape and corner', () => {
    const objects = scenes.flatMap((scene) => scene.objects)
    const values = (of: (object: SceneObject) => unknown) => new Set(objects.map(of)).size
    expect([values((o) => o.color), values((o) => o.shape), values((o) => o.size), values((o) => o.corner)]).toEqual([6, 4, 2, 4])
    expect(new Set(scenes.map((scene) => scene.objects.length))).toEqual(new Set([1, 2, 3, 4]))
  })
})

function answerTo(question: string, scene: Scene): string {
  const group = (pattern: string) => new RegExp(pattern).exec(question)?.[1] ?? ''
  const found = (test: (object: SceneObject) => boolean) => scene.objects.filter(test)
  if (question.startsWith('Is there a ')) {
    const words = group('a ([\\w ]+)\\?').split(' ')
    const known = (object: SceneObject) => [object.color, object.shape, 'thing'] as string[]
    return found((object) => words.every((word) => known(object).includes(word))).length > 0 ? 'yes' : 'no'
  }
  if (question === 'How many things are there?') return String(scene.objects.length + (scene.card === null ? 0 : 1))
  if (question.startsWith('How many ')) return String(found(({ shape }) => shape === group(`many (${shapeWords})s`)).length)
  if (question.includes('thing at the')) return found(({ corner }) => corners[corner] === group(`(${cornerWords})`))[0]?.color ?? 'nothing'
  const asked = question.startsWith('What color')
    ? found(({ shape }) => shape === group(`(${shapeWords})`))
    : found(({ color }) => color === group(`(${colorWords})`))
  expect(asked.length, question).toBe(1)
  return (question.startsWith('What color') ? asked[0]?.color : asked[0]?.shape) ?? 'nothing'
}

describe('questions', () => {
  const random = createRandom(6, 'questions')
  const asked = sampleDistinctScenes(createRandom(6, 'scenes'), 500).flatMap((scene) =>
    writeQuestions(scene, random, 4).map((question) => ({ scene, question })),
  )

  it('have the right answer, and ten annotators of whom most give it', () => {
    for (const { scene, question } of asked) {
      expect(question.answer, question.text).toBe(answerTo(question.text, scene))
      const answers = writeAnswers(question, random)
      expect(answers).toHaveLength(10)
      if (question.answerType !== 'number') expect(answers.filter(({ answer }) => answer === question.answer).length).toBeGreaterThan(4)
    }
  })

  it('ask for yes as often as for no', () => {
    const yesNo = asked.filter(({ question }) => question.answerType === 'yes/no')
    const share = yesNo.filter(({ question }) => question.answer === 'yes').length / yesNo.length
    expect(Math.abs(share - 0.5)).toBeLessThan(0.06)
  })
})

function statementHolds(sentence: string, [left, right]: readonly [Scene, Scene]): boolean {
  if (sentence.includes(' only ')) return readCaption(sentence).content === contentOf(sentence.startsWith('The left') ? left : right)
  const words = /shows? (?:a )?([\w ]+)\.$/.exec(sentence)?.[1]?.split(' ') ?? []
  const known = (object: SceneObject) => [object.color, object.shape, 'thing'] as string[]
  const count = numbers[words[0] ?? '']
  const shows = (scene: Scene) =>
    count === undefined
      ? scene.objects.some((object) => words.every((word) => known(object).includes(word)))
      : scene.objects.length === count
  if (sentence.startsWith('The left')) return shows(left)
  if (sentence.startsWith('The right')) return shows(right)
  if (sentence.startsWith('At least one')) return shows(left) || shows(right)
  return sentence.startsWith('Both') ? shows(left) && shows(right) : !shows(left) && !shows(right)
}

it('statements hold exactly where their label says so, and each once with either label', () => {
  const random = createRandom(7, 'statements')
  for (let i = 0; i < 300; i += 1) {
    const { pairs, sentences, labels } = writeStatementSet(random)
    for (const [s, sentence] of sentences.entries()) {
      for (const [p, pair] of pairs.entries()) expect(statementHolds(sentence, pair), sentence).toBe(labels[p]?.[s])
      expect(new Set([labels[0][s], labels[1][s]])).toEqual(new Set([true, false]))
    }
  }
})

it('hypotheses stand with one image of each label, decided by what can be seen', () => {
  const random = createRandom(8, 'hypotheses')
  const scenes = sampleDistinctScenes(createRandom(8, 'scenes'), 300)
  let judged = 0
  for (let i = 0; i < 300; i += 1) {
    const hypothesis = drawHypothesis(random)
    const images = imagesFor(hypothesis, scenes, random)
    if (!images) continue
    const corner = new RegExp(`(${cornerWords})`).exec(hypothesis.text)?.[1]
    const property = new RegExp(`(${colorWords}|${shapeWords})\\.$`).exec(hypothesis.text)?.[1]
    for (const label of labels) {
      const scene = scenes[images[label]] as Scene
      const there = scene.objects.find((object) => corners[object.corner] === corner)
      const isHidden = scene.card !== null && corners[scene.card] === corner
      const wanted = isHidden ? 'neutral' : there?.color === property || there?.shape === property ? 'entailment' : 'contradiction'
      expect(label, hypothesis.text).toBe(wanted)
      judged += 1
    }
  }
  expect(judged).toBeGreaterThan(600)
})
