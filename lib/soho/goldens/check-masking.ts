import { chooseByCell, chooseByIndex, maskWords } from '../data/masking.ts'
import type { Comparisons } from './compare.ts'
import type { Golden } from './golden.ts'
import { maskSamples } from './visual-mask.ts'

/** Codewords chosen by a number, or by a cell; all their valid places are masked. */
export function checkMaskingMvm(golden: Golden, found: Comparisons): void {
  for (const run of golden.runs('input/')) {
    const given = (name: string) => golden.numbers(`input/${run}/${name}`)
    const [indices, valid, u, cell, keep] = [given('indices'), given('valid'), given('u'), given('cell'), given('keep')]
    const rules = {
      by_index: maskSamples(u.length, indices, valid, (own, s) => chooseByIndex(own, u[s] as number), () => true), // prettier-ignore
      by_cell: maskSamples(u.length, indices, valid, (own, s) => chooseByCell(own, cell[s] as number), (s) => keep[s] === 1), // prettier-ignore
    }
    for (const [rule, actual] of Object.entries(rules)) {
      for (const part of ['chosen', 'mask', 'labels'] as const) {
        found.exact(`${run} ${rule} ${part}`, actual[part], golden.get(`output/${run}/${rule}/${part}`).data)
      }
    }
  }
}

/** Words masked by given numbers. A run's share of words is `hyper`'s, unless a note gives it one of its own. */
export function checkMaskingMlm(golden: Golden, found: Comparisons): void {
  const special = { never: [golden.size('pad'), golden.size('cls'), golden.size('sep')], mask: golden.size('mask') }
  for (const run of golden.runs('input/')) {
    const given = (name: string) => golden.get(`input/${run}/${name}`).data
    const [ids, select, action, word] = [given('ids'), given('u_select'), given('u_action'), given('u_word')]
    const draws = (i: number) => ({ select: select[i] as number, action: action[i] as number, word: word[i] as number })
    const ofRun = golden.entry.notes.map((note) => new RegExp(`run "${run}" uses p_select = ([\\d.]+\\d)`).exec(note)?.[1])
    const probability = Number(ofRun.find((share) => share !== undefined) ?? golden.size('p_select'))
    const { shown, labels } = maskWords(ids, draws, golden.size('vocab'), probability, special)
    found.exact(`${run} ids`, shown, golden.get(`output/${run}/masked_ids`).data)
    found.exact(`${run} labels`, labels, golden.get(`output/${run}/labels`).data)
  }
}
