import { expect, it } from 'vitest'
import { exportRows } from './export-rows'
import { writeCsv } from './write-csv'

const ablation = (name: string) => ({
  name,
  cells: [
    {
      index: 0,
      label: 'off',
      factorValues: { 'dictionary.size': 0, 'dictionary.revive': true },
      runs: [
        {
          id: 'run-1',
          seed: 1,
          state: 'succeeded' as const,
          stages: [],
          scores: { 'vqa/test/accuracy': 0.5, 'retrieval/test/tr.r1': 0.125, 'vqa/test/accuracy.number': null },
        },
      ],
    },
  ],
})
const lines = (text: string) =>
  text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\n')

it('has a row for every score, a column for every factor, and no value where a score is undefined', () => {
  expect(lines(writeCsv(exportRows(ablation('Sizes'))))).toEqual([
    'ablation,cell,dictionary.size,dictionary.revive,seed,run,state,task,split,score,value',
    'Sizes,off,0,true,1,run-1,succeeded,retrieval,test,tr.r1,0.125',
    'Sizes,off,0,true,1,run-1,succeeded,vqa,test,accuracy,0.5',
    'Sizes,off,0,true,1,run-1,succeeded,vqa,test,accuracy.number,',
  ])
})

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('a spreadsheet does not run the name %s', (name) => {
  expect(lines(writeCsv(exportRows(ablation(name))))[1]).toMatch(/^"?'/)
})
