import { recordSchema } from '@kinemetric/records'
import { describe, expect, test } from 'vitest'
import { buildLeaderboards, renderTable } from '../src/index.ts'
import { claim, fixtureBoard, record, sha } from './fixtures.ts'

const claims = [
  claim('interdyn', { psnr: 19.04, lpips: 0.252, fid: 5.07 }, 'interdyn-256x384', 'InterDyn'),
  claim('seer', { psnr: 10.71, lpips: 0.588, fid: null }, 'interdyn-256x256', 'Seer'),
]

const withMetrics = (id: string, ...metrics: string[]) =>
  record({ id, scores: metrics.map((metric) => ({ metric, value: 1 })) })
const withFvd = (id: string, value: number | null) => record({ id, scores: [{ metric: 'fvd', value }] })
const withPsnr = (options: { id: string; reference?: string; digest?: string }) =>
  record({ ...options, scores: [{ metric: 'psnr', value: 1 }] })
const sortedBy = (sort: string) => buildLeaderboards(fixtureBoard(), [], { sort })[0].rows.map((row) => row.id)

test('the fixtures fit the record schema', () => {
  for (const entry of fixtureBoard()) expect(() => recordSchema.parse(entry)).not.toThrow()
})

describe('leaderboards', () => {
  const [board] = buildLeaderboards(fixtureBoard(), claims)

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

  test('best and second best are marked among methods, not trivial baselines', () => {
    const ranks = Object.fromEntries(board.rows.map((row) => [row.id, row.cells.map((cell) => cell?.rank ?? null)]))
    expect(ranks).toEqual({
      alpha: [2, 2, null, 2, null, 1],
      beta: [1, 1, null, 1, null, 2],
      gamma: [null, null, null, null, null, null],
      static: [null, null, null, null, null, null],
    })
  })

  test('where all are trivial they are ranked, and the board says so', () => {
    const [trivial] = buildLeaderboards(
      [
        record({ id: 'static', trivial: true, scores: [{ metric: 'psnr', value: 20 }] }),
        record({ id: 'blur', trivial: true, scores: [{ metric: 'psnr', value: 25 }] }),
      ],
      [],
    )
    expect(trivial.trivialRanked).toBe(true)
    expect(trivial.rows.map((row) => row.cells[0]?.rank)).toEqual([1, 2])
  })

  test('equal values share the mark, and leave no second place', () => {
    const [tied] = buildLeaderboards([withFvd('a', 3), withFvd('b', 3), withFvd('c', 4), withFvd('d', null)], [])
    expect(tied.rows.map((row) => row.cells[0]?.rank)).toEqual([1, 1, null, null])
  })

  test('a column of one value has no best', () => {
    expect(board.columns[2].recipe).toBe('vgg')
    expect(board.rows.every((row) => row.cells[2] === null || row.cells[2].rank === null)).toBe(true)
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
    expect(sortedBy('psnr')).toEqual(['static', 'beta', 'alpha', 'gamma'])
    expect(sortedBy('fvd')).toEqual(['beta', 'alpha', 'gamma', 'static'])
    expect(sortedBy('method')).toEqual(['alpha', 'beta', 'gamma', 'static'])
  })

  test('an unknown metric is refused with the known ones', () => {
    expect(() => buildLeaderboards(fixtureBoard(), [], { sort: 'nope' })).toThrow(
      "sort: expected one of psnr, lpips, fvd, motion-fidelity, found 'nope'",
    )
    expect(() => buildLeaderboards(fixtureBoard(), [], { metrics: ['is'] })).toThrow(/metrics: expected one of/)
  })

  test('intervals are ± only where that tells all of them', () => {
    const psnr = board.rows.map((row) => row.cells[0]?.interval)
    expect(psnr).toEqual(['± 0.01', '± 0.01', '± 0.01', '± 0.01'])
    const skewed = record({ id: 'a', scores: [{ metric: 'fvd', value: 10 }] })
    skewed.scores[0].interval!.high = 30
    expect(buildLeaderboards([skewed], [])[0].rows[0].cells[0]?.interval).toBe('[9.99, 30.00]')
  })
})

describe('terminal', () => {
  const text = renderTable(fixtureBoard(), claims, { format: 'terminal', width: 72 })

  test('fits its width and has no escape codes unless asked for', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(72)
    expect(text).not.toContain('\u001b')
    expect(renderTable(fixtureBoard(), claims, { format: 'terminal', color: true })).toContain('\u001b[1;32m')
  })

  test('a hostile name cannot reach the terminal', () => {
    const hostile = record({ id: 'a', name: 'x\u001b[2Jy\u202ez\n', scores: [{ metric: 'psnr', value: 1 }] })
    const shown = renderTable([hostile], [], { format: 'terminal' })
    expect(shown).not.toContain('\u001b')
    expect(shown).not.toContain('\u202e')
    expect(shown).toContain('x [2Jy z')
  })

  test('looks as it did', () => expect(text).toMatchSnapshot())
})

describe('markdown', () => {
  test('looks as it did', () => expect(renderTable(fixtureBoard(), claims, { format: 'markdown' })).toMatchSnapshot())

  test('a hostile name stays text', () => {
    const hostile = record({
      id: 'a',
      name: '<img src=x onerror=alert(1)> [a](javascript:b) | c',
      scores: [{ metric: 'psnr', value: 1 }],
    })
    const shown = renderTable([hostile], [], { format: 'markdown' })
    expect(shown).toContain('&lt;img src=x onerror=alert(1)> \\[a\\](javascript:b) \\| c')
  })
})

describe('latex', () => {
  test('looks as it did', () => expect(renderTable(fixtureBoard(), claims, { format: 'latex' })).toMatchSnapshot())

  test('special characters are escaped, once', () => {
    const hostile = record({ id: 'a', name: '\\input{x} $ % & # _ ^ ~', scores: [{ metric: 'psnr', value: 1 }] })
    expect(renderTable([hostile], [], { format: 'latex' })).toContain(
      '\\textbackslash{}input\\{x\\} \\$ \\% \\& \\# \\_ \\textasciicircum{} \\textasciitilde{}',
    )
  })
})

describe('csv', () => {
  const text = renderTable(fixtureBoard(), claims, { format: 'csv' })

  test('ends its lines with CRLF and has as many fields in each', () => {
    expect(text.endsWith('\r\n')).toBe(true)
    const lines = parseCsv(text)
    for (const line of lines) expect(line).toHaveLength(lines[0].length)
    const kinds = lines.slice(1).map((line) => line[lines[0].indexOf('kind')])
    expect(kinds.filter((kind) => kind === 'measurement')).toHaveLength(13)
    expect(kinds.filter((kind) => kind === 'claim')).toHaveLength(5)
  })

  test('quotes, line breaks and formulas survive a parser and start nothing', () => {
    const hostile = record({ id: 'a', name: '=HYPERLINK("x"),\r\nb', scores: [{ metric: 'psnr', value: -1.5 }] })
    const [head, line] = parseCsv(renderTable([hostile], [], { format: 'csv' }))
    expect(line[head.indexOf('method_name')]).toBe('\'=HYPERLINK("x"),\r\nb')
    expect(line[head.indexOf('value')]).toBe('-1.5')
  })
})

test('json has every score once, with its rank', () => {
  const parsed = JSON.parse(renderTable(fixtureBoard(), claims, { format: 'json', sort: 'psnr' }))
  expect(parsed.schema).toBe('kinemetric/table@1')
  const [protocol] = parsed.protocols
  expect(protocol.methods.map((entry: { method: { id: string } }) => entry.method.id)).toEqual([
    'static',
    'beta',
    'alpha',
    'gamma',
  ])
  expect(protocol.methods[1].scores[0]).toMatchObject({ metric: 'psnr', value: 19.25, rank: 1, n: 8 })
  expect(protocol.claims[0]).toMatchObject({ kind: 'claim', source: { arxiv: '2412.11785' } })
})

test('no records are said, and are valid CSV and JSON', () => {
  expect(renderTable([], [], { format: 'terminal' })).toBe('No records.')
  expect(parseCsv(renderTable([], [], { format: 'csv' }))).toHaveLength(1)
  expect(JSON.parse(renderTable([], [], { format: 'json' })).protocols).toEqual([])
})

/** A plain RFC 4180 reader, so that the writer is not tested with itself. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]]
  let field = ''
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (quoted) {
      if (character !== '"') field += character
      else if (text[index + 1] === '"') field += text[index++]
      else quoted = false
    } else if (character === '"') quoted = true
    else if (character === ',' || character === '\r') {
      lines.at(-1)!.push(field)
      field = ''
      if (character === '\r') {
        index++
        lines.push([])
      }
    } else field += character
  }
  lines.pop()
  return lines
}
