import type { ComparedColumn } from '@kinemetric/records'
import { describe, expect, test } from 'vitest'
import { heldClaims } from '../src/board/summary/held-claims.ts'
import { signatureDifferences } from '../src/board/summary/signature-differences.ts'
import { columnSentence } from '../src/board/summary/column-sentence.ts'
import { familySentence, familyText } from '../src/board/summary/family-sentence.ts'
import { metricFamilies } from '../src/board/summary/metric-families.ts'
import { ownBounds } from '../src/board/summary/own-bounds.ts'
import { cellRemarks, rowRemarks } from '../src/board/summary/row-remarks.ts'
import { buildLeaderboards } from '../src/index.ts'
import { claim, comparedColumn, comparisonsOf, type FixtureScore, record } from './fixtures.ts'
import { forbiddenWords } from './forbidden-words.ts'

const values = { a: 4, b: 3, c: 2, d: 1 }
const names: Record<string, string> = { a: 'Ada', b: 'Bo', c: 'Cy', d: 'Di', e: 'Ed', f: 'Fay' }
const say = (column: Partial<ComparedColumn> & Pick<Parameters<typeof comparedColumn>[0], 'values'>, rest = {}) =>
  columnSentence(comparedColumn({ metric: 'psnr', ...column, ...rest }), (id) => names[id] ?? id)
const all = (better: string, others: string): [string, string][] => others.split('').map((other) => [better, other])

describe('what the layers of a column allow to say', () => {
  test('one method that is separated from each other one', () => {
    expect(say({ values }, { separated: all('a', 'bcd') })).toBe('Ada is separated from all others')
    expect(say({ values: { a: 2, b: 1 } }, { separated: all('a', 'b') })).toBe('Ada is separated from Bo')
  })

  test('one method alone in the first layer, that is not separated from all', () => {
    const separated: [string, string][] = [...all('a', 'bc'), ['b', 'd']]
    expect(say({ values }, { separated })).toBe('Ada alone is not separated from the best')
  })

  test('several in the first layer', () => {
    expect(say({ values }, { separated: [...all('a', 'cd'), ...all('b', 'cd')] })).toBe(
      'Ada and Bo are not separated from the best',
    )
    const six = { a: 6, b: 5, c: 4, d: 3, e: 2, f: 1 }
    expect(say({ values: six }, { separated: all('a', 'f').concat(all('b', 'f')) })).toBe(
      'Ada, Bo, Cy and 2 more are not separated from the best',
    )
  })

  test('no pair separated', () => {
    expect(say({ values })).toBe('no two of these methods can be told apart')
    expect(say({ values: { a: 2, b: 1 } })).toBe('these two methods cannot be told apart')
  })

  test('distances between sets that are not resolved say at which n', () => {
    const pair = { test: 'jackknife+exchange', verdict: 'not-resolved' } as const
    expect(say({ values, units: 8667 }, { pair })).toBe(
      'no two of these methods can be told apart (not resolved at n = 8,667)',
    )
    expect(
      say({ values, units: 8667 }, { pair, separated: [...all('a', 'd'), ...all('b', 'd'), ...all('c', 'd')] }),
    ).toBe('Ada, Bo and Cy are not separated from the best (not resolved at n = 8,667)')
  })

  test('too few clips for any verdict', () => {
    const reason = 'n = 8 cannot separate 8 methods (28 comparisons need n ≥ 11)'
    expect(say({ values }, { pair: { verdict: 'cannot-separate', reason } })).toBe(reason)
    expect(say({ values, units: 5 }, { pair: { verdict: 'cannot-separate' } })).toBe('n = 5 cannot separate')
  })

  test('identical frames, one ranked method, none, and too few common clips', () => {
    expect(say({ values }, { pair: { verdict: 'identical' } })).toBe('the frames of these methods are identical')
    expect(say({ values: { a: 1 } })).toBe('Ada alone is ranked')
    expect(say({ values: {}, ranks: [] })).toBe('no method is ranked')
    const unranked = [{ method: 'a', value: 1, reason: 'incomplete: 20 of 29 clips' }]
    expect(say({ values: {}, ranks: [], unranked })).toBe('not ranked: incomplete: 20 of 29 clips')
    const reason = 'no ranks: only 20 of 29 clips are common to all methods (Ada 9)'
    expect(say({ values: {}, ranks: [], reason })).toBe(
      'not ranked: only 20 of 29 clips are common to all methods (Ada 9)',
    )
    expect(columnSentence(null, String)).toBe('not compared')
  })
})

const tracked = { tracker: 't', points: 1, seed: 0, skipped: [] }
const shares = { generated: null, reference: null }
const motion = {
  ...tracked,
  staticShare: shares,
  invisibleShare: shares,
  shuffledBaseline: { value: 0.31, n: 8, seed: 0 },
}
const sizes = { generated: 8, reference: 8, dimension: 400 }
const probe = { tracker: 't', scenes: 8, floor: 0, ceiling: 0.97 }
const scores: FixtureScore[] = [
  { metric: 'psnr', value: 20 },
  { metric: 'ssim', value: 0.7, details: { frames: 104 } },
  { metric: 'motion-fidelity', value: 0.5, details: { motion } },
  { metric: 'fvd', value: 100, details: { sampleSize: sizes } },
  { metric: 'force', value: 0.4, signature: 'force|v:1', details: { probe } },
  { metric: 'taste', value: 3, signature: 'taste|v:1' },
]
const records = ['a', 'b', 'c'].map((id, at) =>
  record({ id, name: names[id], scores: scores.map((score) => ({ ...score, value: Number(score.value) - at / 10 })) }),
)

describe('families of metrics', () => {
  const [board] = buildLeaderboards(records, [])

  test('are read off what scores rest on', () => {
    expect(metricFamilies(board).map(({ id, metrics }) => [id, metrics])).toEqual([
      ['image', ['psnr', 'ssim']],
      ['motion', ['motion-fidelity']],
      ['distribution', ['fvd']],
      ['physics', ['force']],
      ['other', ['taste']],
    ])
  })

  test('say one thing where their columns agree, else a clause each', () => {
    const sentences = (separated: [string, string][]) => {
      const psnr = comparedColumn({ metric: 'psnr', values: { a: 20, b: 19.9, c: 19.8 }, separated: all('a', 'bc') })
      const ssim = comparedColumn({ metric: 'ssim', values: { a: 0.7, b: 0.6, c: 0.5 }, separated })
      const [compared] = buildLeaderboards(records, [], { comparisons: [comparisonsOf([psnr, ssim])] })
      return metricFamilies(compared).map((family) => familyText(familySentence(compared, family)))
    }
    expect(sentences(all('a', 'bc'))).toEqual([
      'Ada is separated from all others (PSNR, SSIM).',
      'Not compared (Motion fidelity).',
      'Not compared (FVD).',
      'Not compared (force).',
      'Not compared (taste).',
    ])
    expect(sentences([])[0]).toBe(
      'PSNR: Ada is separated from all others; SSIM: no two of these methods can be told apart.',
    )
    expect(sentences([]).flatMap(forbiddenWords)).toEqual([])
  })

  test('without comparisons say why', () => {
    expect(familyText(familySentence(board, metricFamilies(board)[0]))).toBe(
      'These records were not compared (PSNR, SSIM).',
    )
  })
})

describe('bounds and remarks of a method', () => {
  test('each method has its own floor and ceiling', () => {
    const ceiling = record({
      id: 're-encoded',
      name: 'Re-encoded',
      trivial: true,
      scores: [{ metric: 'psnr', value: 44 }],
    })
    ceiling.method.bound = 'ceiling'
    const floor = { kind: 'halves', splits: 20, seed: 0, units: 8, rows: 8, text: '3.10', atFloor: false } as const
    const distance = { sampleSize: sizes, floor: { ...floor, low: { mean: 3.1, q95: 4 }, high: { mean: 3.1, q95: 4 } } }
    const own = record({
      id: 'x',
      scores: [...scores.filter(({ metric }) => metric !== 'fvd'), { metric: 'fvd', value: 9, details: distance }],
    })
    const [board] = buildLeaderboards([own, ceiling], [])
    const bounds = board.columns.map((_, index) => ownBounds(board, board.rows[0], index))
    expect(bounds.map(({ floor }) => floor && [floor.text, floor.name])).toEqual([
      null,
      null,
      ['0.310', 'unrelated clips'],
      ['0.000', 'nothing moves'],
      null,
      ['3.10', 'a second sample of the reference'],
    ])
    expect(bounds.map(({ ceiling }) => ceiling && [ceiling.text, ceiling.name])).toEqual([
      ['44.00', 'Re-encoded'],
      null,
      null,
      ['0.970', 'the truth, tracked'],
      null,
      null,
    ])
    expect(ownBounds(board, board.rows[1], 0)).toEqual({ floor: null, ceiling: null })
  })

  test('what is missing, and what is above a ceiling, is told in words', () => {
    const failures = [{ clip: 'c', reason: 'truncated', message: 'm' }] as const
    const few = record({ id: 'few', clips: 8, failures: [...failures], scores: [{ metric: 'psnr', value: 21 }] })
    const ceiling = record({ id: 'top', trivial: true, scores: [{ metric: 'psnr', value: 20 }] })
    ceiling.method.bound = 'ceiling'
    const column = comparedColumn({ metric: 'psnr', values: { few: 21 } })
    const pairs = comparedColumn({ metric: 'psnr', values: { few: 21, top: 20 }, separated: [['few', 'top']] }).pairs
    const unranked = [{ method: 'few', value: 21, reason: 'incomplete: 7 of 8 clips' }]
    const comparisons = [comparisonsOf([{ ...column, ranks: [], unranked, trivialPairs: pairs }])]
    const [board] = buildLeaderboards([few, ceiling], [], { comparisons })
    expect(rowRemarks(board.rows[0])).toEqual(['7 of 8 clips', 'incomplete, not ranked'])
    expect(rowRemarks(board.rows[1])).toEqual(['ceiling'])
    expect(cellRemarks(board, board.rows[0], 0)).toEqual([
      'above the ceiling: check the pairing',
      'incomplete, not ranked',
    ])
  })
})

describe('claims and signatures', () => {
  test('a claimed number lies inside or outside of the interval here, or cannot be held against it', () => {
    const own = record({
      id: 'interdyn',
      name: 'InterDyn',
      scores: [
        { metric: 'psnr', value: 19, half: 0.5 },
        { metric: 'lpips', value: 0.25 },
      ],
    })
    const claims = [
      claim('interdyn', { psnr: 19.04, lpips: 0.3, fid: 5 }, 'interdyn-256x384', 'InterDyn'),
      claim('seer', { psnr: 10 }, 'other', 'Seer'),
    ]
    const words = (records: Parameters<typeof buildLeaderboards>[0]) =>
      heldClaims(buildLeaderboards(records, claims)[0]).map(({ method, metric, measured, words }) => [
        method,
        metric,
        measured,
        words,
      ])
    expect(words([own])).toEqual([
      ['InterDyn', 'PSNR', '19.00 [18.50, 19.50]', 'inside the interval'],
      ['InterDyn', 'LPIPS', '0.250 [0.240, 0.260]', 'outside'],
      ['InterDyn', 'fid', '', 'not comparable: not measured here'],
      ['Seer', 'PSNR', '', 'not comparable: under other'],
    ])
    own.clips.scored = 7
    expect(words([own])[0][3]).toBe('not comparable: other clips, 7 of 8 here')
    expect(heldClaims(buildLeaderboards([own], [])[0])).toEqual([])
  })

  test('two columns of a metric are kept apart by the fields that differ', () => {
    const entry = record({
      id: 'a',
      scores: [
        { metric: 'lpips', recipe: 'alex', value: 0.3, signature: 'lpips|recipe:alex|size:256' },
        { metric: 'lpips', recipe: 'vgg', value: 0.4, signature: 'lpips|recipe:vgg|size:256|net:v' },
        { metric: 'psnr', value: 20 },
      ],
    })
    expect(signatureDifferences(buildLeaderboards([entry], [])[0].columns)).toEqual([
      {
        metric: 'LPIPS',
        field: 'recipe',
        values: [
          { column: 'LPIPS (alex)', value: 'alex' },
          { column: 'LPIPS (vgg)', value: 'vgg' },
        ],
      },
      {
        metric: 'LPIPS',
        field: 'net',
        values: [
          { column: 'LPIPS (alex)', value: '' },
          { column: 'LPIPS (vgg)', value: 'v' },
        ],
      },
    ])
  })
})
