import { expect, it } from 'vitest'
import { statisticsFamily } from '../soho/goldens/check-statistics.ts'
import { ownGoldens, readIndex } from '../soho/goldens/read-golden.ts'
import { runGolden } from '../soho/goldens/run-goldens.ts'
import { holm } from './holm.ts'
import { mcnemarExact } from './mcnemar.ts'
import { pairedBootstrap } from './paired-bootstrap.ts'
import { welchDifference } from './welch.ts'
import { wilsonInterval } from './wilson.ts'

const families = { statistics: statisticsFamily({ holm, mcnemarExact, pairedBootstrap, welchDifference, wilsonInterval }) }
const cases = readIndex(ownGoldens).filter(({ name }) => name.startsWith('statistics'))

it.each(cases)('$name: the reference values of numpy, scipy and statsmodels', (entry) => {
  const comparisons = runGolden(ownGoldens, entry, families, [])
  expect(comparisons.length).toBeGreaterThan(50)
  expect(comparisons.filter(({ passed }) => !passed)).toEqual([])
})
