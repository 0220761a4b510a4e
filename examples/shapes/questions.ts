import { numberWord } from './captions.ts'
import type { Random } from './random.ts'
import { colors, corners, kindOf, shapes } from './world.ts'
import type { Scene, SceneObject } from './world.ts'

export interface Question {
  text: string
  answer: string
  /** The official three. */
  answerType: 'yes/no' | 'number' | 'other'
  /** First words, as the official files have them. */
  questionType: string
}

type Form = (scene: Scene, random: Random) => Question | null

const kinds = colors.flatMap((color) => shapes.map((shape) => kindOf({ color, shape })))
/** What presence is asked of: kinds, colours, shapes. */
const subjects: { all: readonly string[]; of: (object: SceneObject) => string; words: (value: string) => string }[] = [
  { all: kinds, of: kindOf, words: (kind) => kind },
  { all: colors, of: ({ color }) => color, words: (color) => `${color} thing` },
  { all: shapes, of: ({ shape }) => shape, words: (shape) => shape },
]

/** Asked about what is there or, as often, about what is not: the words alone say nothing. */
const presence: Form = (scene, random) => {
  const { all, of, words } = random.pick(subjects)
  const present = new Set(scene.objects.map(of))
  const absent = all.filter((value) => !present.has(value))
  // Decided before the answer is, else yes would be the likelier answer about shapes.
  if (absent.length === 0) return null
  const isYes = random.next() < 0.5
  const value = random.pick(isYes ? [...present] : absent)
  return { text: `Is there a ${words(value)}?`, answer: isYes ? 'yes' : 'no', answerType: 'yes/no', questionType: 'is there a' }
}

const colorOfShape: Form = (scene, random) => {
  const single = scene.objects.filter(({ shape }) => scene.objects.filter((other) => other.shape === shape).length === 1)
  if (single.length === 0) return null
  const { shape, color } = random.pick(single)
  return { text: `What color is the ${shape}?`, answer: color, answerType: 'other', questionType: 'what color is the' }
}

const shapeOfColor: Form = (scene, random) => {
  const single = scene.objects.filter(({ color }) => scene.objects.filter((other) => other.color === color).length === 1)
  if (single.length === 0) return null
  const { shape, color } = random.pick(single)
  return { text: `What shape is the ${color} thing?`, answer: shape, answerType: 'other', questionType: 'what' }
}

const colorAtCorner: Form = (scene, random) => {
  const { corner, color } = random.pick(scene.objects)
  return {
    text: `What color is the thing at the ${corners[corner]}?`,
    answer: color,
    answerType: 'other',
    questionType: 'what color is the',
  }
}

const count: Form = (scene, random) => {
  const shape = random.pick(shapes)
  const found = scene.objects.filter((object) => object.shape === shape).length
  return { text: `How many ${shape}s are there?`, answer: String(found), answerType: 'number', questionType: 'how many' }
}

const countAll: Form = ({ objects, card }) => {
  const total = objects.length + (card === null ? 0 : 1)
  return { text: 'How many things are there?', answer: String(total), answerType: 'number', questionType: 'how many' }
}

const forms: Form[] = [presence, presence, colorOfShape, shapeOfColor, colorAtCorner, count, countAll]

/** `wanted` different questions about a scene. */
export function writeQuestions(scene: Scene, random: Random, wanted: number): Question[] {
  const questions = new Map<string, Question>()
  for (let tries = 0; questions.size < wanted && tries < 200; tries += 1) {
    const question = random.pick(forms)(scene, random)
    if (question) questions.set(question.text, question)
  }
  return [...questions.values()]
}

/** Ten annotators: most agree; now and then one writes a number as a word, or is wrong. */
export function writeAnswers(question: Question, random: Random): { answer: string; answer_confidence: string; answer_id: number }[] {
  return Array.from({ length: 10 }, (_, i) => {
    const isSpelled = question.answerType === 'number' && random.next() < 0.1
    const isUnsure = random.next() < 0.03
    const answer = isUnsure ? 'unknown' : isSpelled ? numberWord(Number(question.answer)).replace('no', 'zero') : question.answer
    return { answer, answer_confidence: isUnsure ? 'no' : 'yes', answer_id: i + 1 }
  })
}
