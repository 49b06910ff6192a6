import { recordSchema } from '@kinemetric/records'
import { describe, expect, test } from 'vitest'
import { boardFoot } from '../src/board/board-foot.ts'
import { buildLeaderboards, renderTable } from '../src/index.ts'
import { claim, comparedColumn, comparisonsOf, fixtureBoard, fixtureComparisons, record, sha } from './fixtures.ts'
import { parseCsv } from './parse-csv.ts'

const claims = [
  claim('interdyn', { psnr: 19.04, lpips: 0.252, fid: 5.07 }, 'interdyn-256x384', 'InterDyn'),
  claim('seer', { psnr: 10.71, lpips: 0.588, fid: null }, 'interdyn-256x256', 'Seer'),
]

const motion = (value: number | null) => ({
  tracker: 't',
  points: 1,
  seed: 0,
  skipped: [],
  staticShare: { generated: null, reference: null },
  invisibleShare: { generated: null, reference: null },
  shuffledBaseline: { value, n: 8, seed: 0 },
})

const scored = (id: string, value: number, floor: number | null) =>
  record({ id, scores: [{ metric: 'motion-fidelity', value, details: { motion: motion(floor) } }] })

const bound = (id: string, kind: 'floor' | 'ceiling', value: number) => {
  const entry = record({ id, trivial: true, scores: [{ metric: 'psnr', value }] })
  entry.method.bound = kind
  return entry
}

const withMetrics = (id: string, ...metrics: string[]) =>
  record({ id, scores: metrics.map((metric) => ({ metric, value: 1 })) })
const withPsnr = (options: { id: string; reference?: string; digest?: string }) =>
  record({ ...options, scores: [{ metric: 'psnr', value: 1 }] })
const comparisons = { comparisons: [fixtureComparisons()] }
const sortedBy = (sort: string) => buildLeaderboards(fixtureBoard(), [], { sort })[0].rows.map((row) => row.id)

test('the fixtures fit the record schema', () => {
  for (const entry of fixtureBoard()) expect(() => recordSchema.parse(entry)).not.toThrow()
})

describe('leaderboards', () => {
  const [board] = buildLeaderboards(fixtureBoard(), claims, comparisons)

  test('a metric under two recipes or two trackers has two columns', () => {
    expect(board.columns.map(({ label, sublabel }) => [label, sublabel])).toEqual([
      ['PSNR', ''],
      ['LPIPS', 'alex'],
      ['LPIPS', 'vgg'],
      ['FVD', ''],
      ['Motion fidelity', 'tracker:lucas-kanade'],
      ['Motion fidelity', 'tracker:cotracker3-offline'],
    ])
    const tracked = board.columns.findIndex(({ recipe }) => recipe.endsWith('lucas-kanade'))
    expect(board.rows.filter((row) => row.cells[tracked] !== null).map((row) => row.id)).toEqual(['static'])
  })

  test('a score without a label is shown by its id with three decimals, and borrows that of another record', () => {
    const old = record({ id: 'old', scores: [{ metric: 'tapvid-delta', value: 0.51234 }] })
    const [column] = buildLeaderboards([old], [])[0].columns
    expect(column).toMatchObject({ label: 'tapvid-delta', longLabel: 'tapvid-delta', decimals: 3 })
    const named = record({ id: 'new', scores: [{ metric: 'tapvid-delta', value: 0.5 }] })
    named.scores[0].label = { short: 'δ', long: 'Share of points', decimals: 4 }
    const [both] = buildLeaderboards([old, named], [])
    expect(both.columns.map(({ label, longLabel }) => [label, longLabel])).toEqual([['δ', 'Share of points']])
    expect(both.rows.map((row) => row.cells[0]?.text)).toEqual(['0.5000', '0.5123'])
  })

  test('columns stand in the order of the records, whatever their metrics are', () => {
    const boards = buildLeaderboards(
      [withMetrics('a', 'zeta', 'alpha'), withMetrics('b', 'zeta', 'mid', 'alpha', 'end')],
      [],
    )
    expect(boards[0].columns.map(({ metric }) => metric)).toEqual(['zeta', 'mid', 'alpha', 'end'])
  })

  test('a claim is called as the records call its metric, in their order, else by its id', () => {
    const other = record({ id: 'a', protocol: 'other', scores: [{ metric: 'fid', value: 1 }] })
    const ours = record({ id: 'a', scores: [{ metric: 'lpips', value: 1 }] })
    const claimed = claim('x', { extra: 1, fid: 5.07, lpips: 0.2 })
    const [board] = buildLeaderboards([other, ours], [claimed])
    expect(board.claims?.columns.map(({ label }) => label)).toEqual(['LPIPS', 'FID', 'extra'])
  })

  const column = (metric: string) => board.columns.findIndex((entry) => entry.metric === metric)
  const cellOf = (id: string, metric: string) => board.rows.find((row) => row.id === id)!.cells[column(metric)]!

  test('ranked values, ranks and marks are those of the comparisons', () => {
    const ranks = board.rows.map(({ id, cells }) => [
      id,
      ...cells.map((cell) => (cell?.rank ? `${cell.rank.rankLow}–${cell.rank.rankHigh} ${cell.rank.mark}` : null)),
    ])
    expect(ranks).toEqual([
      ['alpha', '1–2 bold', '1–2 none', null, '1–2 none', null, null],
      ['beta', '1–2 bold', '1–2 none', null, '1–2 none', null, null],
      ['gamma', '3–3 underline', null, null, null, null, null],
      ['static', null, null, null, null, null, null],
    ])
    // The record of alpha says 18.5 over its own eight clips; its interval does not belong to the value over the common ones.
    expect(cellOf('alpha', 'psnr')).toMatchObject({ value: 18.4, text: '18.40', interval: null, n: 7, units: 6 })
    expect(cellOf('beta', 'psnr')).toMatchObject({ value: 19.25, intervalText: '[19.24, 19.26]', n: 7 })
    expect(cellOf('gamma', 'lpips')?.rank ?? null).toBeNull()
  })

  test('over the very clips that a record has, its own value is printed, also where a recipe pools', () => {
    const records = ['a', 'b'].map((id, at) => record({ id, scores: [{ metric: 'psnr', value: 20 + at, n: 8 }] }))
    const column = comparedColumn({ metric: 'psnr', values: { b: 21.4, a: 20.3 } })
    const [all] = buildLeaderboards(records, [], { comparisons: [comparisonsOf([column])] })
    expect(all.rows.map(({ cells }) => [cells[0]!.text, cells[0]!.intervalText])).toEqual([
      ['20.00', '[19.99, 20.01]'],
      ['21.00', '[20.99, 21.01]'],
    ])
    const fewer = { ...column, clips: { ...column.clips, common: 7 }, units: 7 }
    const [some] = buildLeaderboards(records, [], { comparisons: [comparisonsOf([fewer])] })
    expect(some.rows.map(({ cells }) => [cells[0]!.text, cells[0]!.intervalText])).toEqual([
      ['20.30', ''],
      ['21.40', ''],
    ])
  })

  test('source videos are said where they are fewer than the clips, ranked or not', () => {
    const entry = record({ id: 'a', scores: [{ metric: 'psnr', value: 20, n: 40, details: { units: 29 } }] })
    expect(boardFoot(buildLeaderboards([entry], [])[0])[0]).toBe('PSNR: values over clips of 29 source videos.')
  })

  test('without comparisons nothing is marked or ranked, and the foot says why', () => {
    const [plain] = buildLeaderboards(fixtureBoard(), [])
    expect(plain.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell?.rank ?? []))).toEqual([])
    expect(boardFoot(plain)[0]).toBe('No marks and no ranks: these records were not compared.')
    const [alone] = buildLeaderboards([record({ id: 'a', scores: [{ metric: 'psnr', value: 20 }] })], [])
    expect(boardFoot(alone)[0]).toBe('No marks and no ranks: one record alone has nothing to be compared with.')
    const other = comparisonsOf([], 'another-protocol')
    expect(boardFoot(buildLeaderboards(fixtureBoard(), [], { comparisons: [other] })[0])[0]).toContain('not compared')
  })

  test('the foot says what the numbers are over, what marks mean, and why there are none, in this order', () => {
    expect(boardFoot(board)).toEqual([
      'PSNR: values over 7 common clips of 8, from 6 source videos; 1 left out, being scored against other reference frames.',
      'LPIPS (alex), FVD: values over all 8 clips.',
      'Bold: not separated from the best; underlined: next layer. Beside a value: the ranks that the method may have.',
      'PSNR: paired sign flips, Holm over 3 comparisons, α = 0.05.',
      'Each column at 95 %.',
      'LPIPS (alex): no marks, n = 5 cannot separate two methods at 5 % (smallest p 0.0625).',
      'LPIPS (vgg), Motion fidelity (tracker:lucas-kanade), Motion fidelity (tracker:cotracker3-offline): no marks, not compared.',
      'FVD: no difference of two methods is resolved at n = 8 (jackknife and exchange of clips, both, Holm over 1 comparison, α = 0.05).',
      'FVD: a difference below 14.20 is not resolved at n = 8.',
      'PSNR: order kept under 1 of 2 other recipes; Beta and Alpha & Sons_50% reverse under y-only.',
      'Intervals, 95 % (bootstrap-percentile, clips, 1000 resamples, seed 0), are of each method alone; differences are in the comparisons.',
      'No interval where the value is over fewer clips than the method has; its own page and record have one.',
      'Trivial baselines model nothing; they stand below the rule and are not ranked.',
    ])
  })

  test('a column in which no pair is separated says that no two can be told apart; one method alone says so', () => {
    const records = ['a', 'b', 'c'].map((id) => record({ id, scores: [{ metric: 'fvd', value: 1 }] }))
    const foot = (columns: Parameters<typeof comparisonsOf>[0]) =>
      boardFoot(buildLeaderboards(records, [], { comparisons: [comparisonsOf(columns)] })[0]).join(' ')
    const flat = comparedColumn({ metric: 'fvd', values: { a: 1, b: 2, c: 3 } })
    expect(foot([flat])).toContain('FVD: no two of these methods can be told apart at n = 8 (paired sign flips')
    expect(foot([flat])).not.toContain('Bold')
    expect(foot([comparedColumn({ metric: 'fvd', values: { a: 1 } })])).toContain('no marks, one ranked method alone')
    expect(foot([comparedColumn({ metric: 'fvd', values: {}, reason: 'no hashes of frames' })])).toContain(
      'no marks, no hashes of frames',
    )
    const table = comparedColumn({ metric: 'fvd', values: { a: 1, b: 2 }, separated: [['a', 'b']] })
    expect(foot([{ ...table, family: { ...table.family, kind: 'table' } }])).toContain('All columns together at 95 %.')
  })

  test('an incomplete method is shown with its own value and not ranked, and it is said', () => {
    const partial = comparedColumn({
      metric: 'psnr',
      values: { beta: 19.25, alpha: 18.5 },
      unranked: [{ method: 'gamma', value: 17, reason: 'incomplete: 5 of 8 clips' }],
    })
    const [shown] = buildLeaderboards(fixtureBoard(), [], { comparisons: [comparisonsOf([partial])] })
    const gamma = shown.rows.find(({ id }) => id === 'gamma')!.cells[0]!
    expect(gamma).toMatchObject({ text: '17.00', rank: null, unranked: 'incomplete: 5 of 8 clips' })
    expect(gamma.notes.map((note) => shown.notes[note])).toEqual([
      'PSNR: Gamma is not ranked (incomplete: 5 of 8 clips).',
    ])
  })

  test('floors stand in rows of their own, each method its own, and what does not reach them is said', () => {
    const records = [scored('a', 0.48, 0.496), scored('b', 0.7, 0.31), scored('c', 0.6, null)]
    const chance = { method: 'a', value: 0.48, chance: 0.496, units: 8, p: 0.6, pAdjusted: 0.9, above: false }
    const motionColumn = comparedColumn({
      metric: 'motion-fidelity',
      values: { b: 0.7, c: 0.6, a: 0.48 },
      aboveChance: [chance],
    })
    const [shown] = buildLeaderboards(records, [], { comparisons: [comparisonsOf([motionColumn])] })
    expect(shown.bounds.map(({ name, values }) => [name, values[0]?.text])).toEqual([
      ['Unrelated: a', '0.496'],
      ['Unrelated: b', '0.310'],
    ])
    expect(shown.rows.map(({ id, cells }) => [id, cells[0]!.tags])).toEqual([
      ['a', ['not above chance']],
      ['b', []],
      ['c', []],
    ])
    const text = renderTable(records, [], { format: 'terminal', comparisons: [comparisonsOf([motionColumn])] })
    expect(text).toMatch(/^a .*0\.480 .*\(not above chance\)/m)
    expect(text).toMatch(/─\nUnrelated: a .*0\.496/)
    const csv = parseCsv(renderTable(records, [], { format: 'csv' }))
    expect(csv.filter((line) => line[2] === 'floor').map((line) => [line[3], line[8]])).toEqual([
      ['a', '0.496'],
      ['b', '0.31'],
    ])
  })

  test('floors and ceilings stand below the methods, never marked; a method above a ceiling is told to be looked into', () => {
    const records = [
      bound('re-encoded', 'ceiling', 40),
      record({ id: 'still', trivial: true, scores: [{ metric: 'psnr', value: 20 }] }),
      bound('unrelated', 'floor', 10),
      record({ id: 'a', scores: [{ metric: 'psnr', value: 45 }] }),
      record({ id: 'b', scores: [{ metric: 'psnr', value: 30 }] }),
    ]
    const own = comparedColumn({ metric: 'psnr', values: { a: 45, b: 30 }, separated: [['a', 'b']] })
    const against = comparedColumn({
      metric: 'psnr',
      values: { a: 45, 're-encoded': 40, b: 30 },
      separated: [['a', 're-encoded']],
    })
    const trivialPairs = against.pairs.filter(({ first, second }) => first === 're-encoded' || second === 're-encoded')
    const [shown] = buildLeaderboards(records, [], {
      sort: 'psnr',
      comparisons: [comparisonsOf([{ ...own, trivialPairs }])],
    })
    expect(shown.rows.map(({ id, group, cells }) => [id, group, cells[0]!.rank?.mark ?? ''])).toEqual([
      ['a', 'method', 'bold'],
      ['b', 'method', 'underline'],
      ['still', 'trivial', ''],
      ['unrelated', 'floor', ''],
      ['re-encoded', 'ceiling', ''],
    ])
    expect(shown.notes).toEqual(['PSNR: a is separated from re-encoded and better: check the pairing.'])
    const lines = renderTable(records, [], { format: 'latex' }).split('\n')
    expect(lines.filter((line) => line === '\\midrule')).toHaveLength(4)
  })

  test('distances between sets say n, D, N/D, what is wrong with them, their floor and what is resolved', () => {
    const sampleSize = { generated: 29, reference: 29, dimension: 400 }
    const floor = {
      kind: 'halves' as const,
      splits: 20,
      seed: 0,
      units: 29,
      rows: 29,
      halves: { mean: 40, q95: 50 },
      low: { mean: 20, q95: 25 },
      high: { mean: 40, q95: 50 },
      text: '20–40',
      atFloor: true,
    }
    const flags = ['singular covariance: the value is mostly n']
    const records = ['a', 'b'].map((id, index) =>
      record({ id, scores: [{ metric: 'fvd', value: 45 + index, details: { sampleSize, floor, flags } }] }),
    )
    const column = comparedColumn({
      metric: 'fvd',
      values: { a: 45, b: 46 },
      units: 29,
      pair: { verdict: 'not-resolved', resolution: 14.2 },
    })
    const [shown] = buildLeaderboards(records, [], { comparisons: [comparisonsOf([column])] })
    expect(boardFoot(shown)).toContain(
      'FVD: n = 29 rows a side, D = 400, N/D = 0.072; singular covariance: the value is mostly n; floor 20–40; a difference below 14.20 is not resolved at n = 29.',
    )
    expect(shown.rows.map(({ cells }) => cells[0]!.tags)).toEqual([['at the floor'], ['at the floor']])
    expect(shown.bounds).toMatchObject([{ name: 'Second sample of the reference', values: [{ text: '20–40', n: 29 }] }])
  })

  test('verdicts of records from before sign flips are not shown, and that is said', () => {
    const old = record({ id: 'old', scores: [{ metric: 'psnr', value: 1 }] })
    old.comparisons = [
      {
        metric: 'psnr',
        recipe: 'frame-mean',
        with: { id: 'x', name: 'x' },
        signature: 's',
        value: 1,
        otherValue: 2,
        difference: -1,
        interval: null,
        pValue: 0.075,
        n: 8,
        test: 'sign-flip permutation',
        better: 'other',
      },
    ]
    expect(boardFoot(buildLeaderboards([old], [])[0])).toContain(
      'Comparisons in the records of old were made before sign flips; verdicts not shown.',
    )
    for (const format of ['terminal', 'markdown', 'latex', 'csv', 'json'] as const)
      expect(renderTable([old], [], { format })).not.toContain('0.075')
  })

  test('failures and warnings are footnotes', () => {
    const beta = board.rows.find((row) => row.id === 'beta')!
    expect(beta.notes.map((index) => board.notes[index])).toEqual(['Scored over 7 of 8 clips; 1 failed: truncated.'])
    const alpha = board.rows.find((row) => row.id === 'alpha')!
    expect(alpha.cells[3]!.notes.map((index) => board.notes[index])).toEqual([
      'FVD: 8 clips for 400 dimensions: too few, the value is biased upwards',
    ])
  })

  test('other reference frames under the same signature are said', () => {
    const [mixed] = buildLeaderboards(
      [withPsnr({ id: 'a', reference: sha('1') }), withPsnr({ id: 'b', reference: sha('2') })],
      [],
    )
    expect(mixed.notes.join()).toMatch(/other reference frames.*11111111.*22222222/)
  })

  test('versions of a protocol are boards of their own', () => {
    const boards = buildLeaderboards(
      [withPsnr({ id: 'a', digest: sha('1') }), withPsnr({ id: 'a', digest: sha('2') })],
      [],
    )
    expect(boards.map((entry) => entry.key)).toEqual(['interdyn-256x384-v1-11111111', 'interdyn-256x384-v1-22222222'])
  })

  test('claims keep their own decimals and say under which protocol they were made', () => {
    expect(board.claims?.columns.map(({ metric, decimals }) => [metric, decimals])).toEqual([
      ['psnr', 2],
      ['lpips', 3],
      ['fid', 2],
    ])
    expect(board.claims?.rows.map(({ name, otherProtocol, sourceText }) => [name, otherProtocol, sourceText])).toEqual([
      ['InterDyn', null, 'arXiv 2412.11785, Table 1'],
      ['Seer', 'interdyn-256x256', 'arXiv 2412.11785, Table 1'],
    ])
    expect(buildLeaderboards([record({ id: 'a', protocol: 'as-is', scores: [] })], claims)[0].claims).toBeNull()
  })

  test('sorting puts the best first and missing values last', () => {
    // Trivial baselines stand apart, whatever they score.
    expect(sortedBy('psnr')).toEqual(['beta', 'alpha', 'gamma', 'static'])
    expect(sortedBy('fvd')).toEqual(['beta', 'alpha', 'gamma', 'static'])
    expect(sortedBy('method')).toEqual(['alpha', 'beta', 'gamma', 'static'])
  })

  test('an unknown metric is refused with the known ones', () => {
    expect(() => buildLeaderboards(fixtureBoard(), [], { sort: 'nope' })).toThrow(
      "sort: expected one of psnr, lpips, fvd, motion-fidelity, found 'nope'",
    )
    expect(() => buildLeaderboards(fixtureBoard(), [], { metrics: ['is'] })).toThrow(/metrics: expected one of/)
  })

  test('intervals are their two ends, and none where all clips have one value', () => {
    const psnr = board.rows.map((row) => row.cells[0]?.intervalText)
    expect(psnr).toEqual(['', '[19.24, 19.26]', '[16.99, 17.01]', '[20.11, 20.13]'])
    const flat = record({ id: 'a', scores: [{ metric: 'fvd', value: 10, half: 0 }] })
    expect(buildLeaderboards([flat], [])[0].rows[0].cells[0]?.intervalText).toBe('')
  })
})

test('where there is nothing but baselines and floors, the foot says that these are ranked, and which are floors', () => {
  const column = comparedColumn({ metric: 'psnr', values: { still: 20, driver: 30 }, separated: [['driver', 'still']] })
  const records = [
    bound('still', 'floor', 20),
    record({ id: 'driver', trivial: true, scores: [{ metric: 'psnr', value: 30 }] }),
  ]
  const [board] = buildLeaderboards(records, [], { comparisons: [comparisonsOf([column])] })
  const foot = boardFoot(board).join(' ')
  expect(foot).toContain('without other methods, they and the floors are ranked among themselves')
  expect(foot).not.toContain('are not ranked')
  expect(renderTable(records, [], { format: 'terminal', comparisons: [comparisonsOf([column])] })).toMatch(/ \(floor\)/)
})

test('how many samples stand behind the values of a method is said beside its name', () => {
  const several = { ...withMetrics('many', 'psnr'), samples: { names: ['0', '1', '2'], fewest: 2, most: 3 } }
  const [board] = buildLeaderboards([several, withMetrics('one', 'psnr')], [])
  const [many, one] = board.rows
  expect(many.notes.map((note) => board.notes[note])).toEqual(['A clip’s value is the mean over its 2 to 3 samples.'])
  expect(one.notes).toEqual([])
})

test('footnotes are numbered as the table is read, whatever the order of the records', () => {
  const [best, worst] = (['best', 'worst'] as const).map((id) => {
    const entry = withPsnr({ id })
    entry.method.name = id
    entry.scores[0].warnings = [`of ${id}`]
    return entry
  })
  for (const records of [
    [best, worst],
    [worst, best],
  ]) {
    const [board] = buildLeaderboards(records, [])
    expect(board.notes).toEqual(['PSNR: of best', 'PSNR: of worst'])
    expect(board.rows.map(({ id, cells }) => [id, cells[0]?.notes])).toEqual([
      ['best', [0]],
      ['worst', [1]],
    ])
  }
})
