import { expect, test } from 'vitest'
import { buildLeaderboards } from '../src/index.ts'
import { comparedMetrics, compareSentences } from '../src/views/compare-methods.ts'
import { comparedColumn, comparisonsOf, record } from './fixtures.ts'

const methods = ['alpha', 'beta'].map((id) => record({ id, scores: [{ metric: 'psnr', value: 1 }] }))

function sentencesOf(pair: NonNullable<Parameters<typeof comparedColumn>[0]['pair']>): string[] {
  const column = comparedColumn({ metric: 'psnr', values: { alpha: 1, beta: 1 }, pair })
  const [board] = buildLeaderboards(methods, [], { comparisons: [comparisonsOf([column])] })
  return compareSentences(comparedMetrics(board, 'alpha', 'beta'), 'Alpha', 'Beta')
}

test('too few clips is not said of two that are the same on every clip', () => {
  const same = { verdict: 'cannot-separate', moving: 0, reason: 'the same on every clip' } as const
  expect(sentencesOf(same).slice(1)).toEqual(['Alike on every clip: PSNR.'])
  const few = { verdict: 'cannot-separate', moving: 5, reason: 'n = 5' } as const
  expect(sentencesOf(few).slice(1)).toEqual(['Too few clips to separate: PSNR.'])
})
