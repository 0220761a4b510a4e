import { expect, it } from 'vitest'
import { metricInfo, metricPanels, metricTitle, writeMetric } from './metrics'

it('puts series on the axis they share, in one order', () => {
  const panels = metricPanels(['imagesPerSecond', 'accuracy.itm', 'loss.mlm', 'loss', 'val.accuracy', 'strange'])
  expect(panels.map(({ title, metrics }) => [title, metrics.map(({ name }) => name)])).toEqual([
    ['Loss', ['loss', 'loss.mlm']],
    ['Accuracy', ['val.accuracy', 'accuracy.itm']],
    ['Throughput', ['imagesPerSecond']],
    ['Other', ['strange']],
  ])
})

it('gives an unknown metric a look of its own from its name', () => {
  expect(metricInfo('strange')).toEqual(metricInfo('strange'))
  expect(metricInfo('strange').label).toBe('strange')
})

it('writes values with the digits of their size', () => {
  expect(writeMetric(0.12345, 'percent')).toBe('12.3 %')
  expect(writeMetric(0.0001, 'number')).toBe('1.00e-4')
  expect(writeMetric(3.14159, 'number')).toBe('3.142')
  expect(writeMetric(123.4, 'number')).toBe('123')
  expect(metricTitle(metricInfo('loss.mvm'))).toBe('Loss: MVM')
})
