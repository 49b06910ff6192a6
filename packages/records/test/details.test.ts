import { expect, test } from 'vitest'
import { recordSchema } from '../src/index.ts'
import { exampleRecord } from './example-record.ts'

test('details come out in one order: known parts first, what a later version adds behind them as it came', () => {
  const record = exampleRecord()
  record.scores[1].details = {
    later: true,
    meanTerm: 1,
    covarianceTerm: null,
    subsets: { count: 2, size: 3, draws: 'all' },
    sampleSize: { generated: 2, reference: 2, dimension: 400 },
    influence: [],
    influenceMethod: 'leave-one-out',
    another: 1,
  }
  const { details } = recordSchema.parse(record).scores[1]
  expect(Object.keys(details ?? {})).toEqual([
    'sampleSize',
    'influence',
    'meanTerm',
    'covarianceTerm',
    'subsets',
    'influenceMethod',
    'later',
    'another',
  ])
})

test('a known part that is something else is refused with its place', () => {
  const record = exampleRecord()
  const broken = { ...record, scores: [{ ...record.scores[0], details: { meanTerm: 'large' } }] }
  expect(recordSchema.safeParse(broken).error?.issues.map((issue) => issue.path.join('.'))).toEqual([
    'scores.0.details.meanTerm',
  ])
})
