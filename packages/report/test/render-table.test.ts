import { describe, expect, test } from 'vitest'
import { renderTable } from '../src/index.ts'
import { forbiddenWords } from './forbidden-words.ts'
import { claim, comparedColumn, comparisonsOf, fixtureBoard, fixtureComparisons, record } from './fixtures.ts'
import { parseCsv } from './parse-csv.ts'

const claims = [
  claim('interdyn', { psnr: 19.04, lpips: 0.252, fid: 5.07 }, 'interdyn-256x384', 'InterDyn'),
  claim('seer', { psnr: 10.71, lpips: 0.588, fid: null }, 'interdyn-256x256', 'Seer'),
]

const comparisons = { comparisons: [fixtureComparisons()] }

describe('terminal', () => {
  const text = renderTable(fixtureBoard(), claims, { format: 'terminal', width: 72, ...comparisons })

  test('fits its width and has no escape codes unless asked for', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(72)
    expect(text).not.toContain('\u001b')
    expect(renderTable(fixtureBoard(), claims, { format: 'terminal', color: true, ...comparisons })).toContain(
      '\u001b[1m',
    )
  })

  test('what stands in brackets behind a long name is not cut off', () => {
    const names = [
      'CosHand, autoregressive (unverified weights)',
      'A method of a very long name without brackets',
      'Short (floor)',
    ]
    const records = names.map((name, i) => record({ id: `m${i}`, name, scores: [{ metric: 'psnr', value: i }] }))
    const shown = renderTable(records, [], { format: 'terminal' })
    for (const name of [
      'CosHand, autoregre… (unverified weights)',
      'A method of a very long name without br…',
      'Short (floor)',
    ])
      expect(shown).toContain(name)
  })

  test('a hostile name cannot reach the terminal', () => {
    const hostile = record({ id: 'a', name: 'x\u001b[2Jy\u202ez\n', scores: [{ metric: 'psnr', value: 1 }] })
    const shown = renderTable([hostile], [], { format: 'terminal' })
    expect(shown).not.toContain('\u001b')
    expect(shown).not.toContain('\u202e')
    expect(shown).toContain('x\\u001b[2Jy\\u202ez')
  })

  test('looks as it did', () => expect(text).toMatchSnapshot())
})

describe('markdown', () => {
  test('looks as it did', () =>
    expect(renderTable(fixtureBoard(), claims, { format: 'markdown', ...comparisons })).toMatchSnapshot())

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
  test('looks as it did', () =>
    expect(renderTable(fixtureBoard(), claims, { format: 'latex', ...comparisons })).toMatchSnapshot())

  test('special characters are escaped, once', () => {
    const hostile = record({ id: 'a', name: '\\input{x} $ % & # _ ^ ~', scores: [{ metric: 'psnr', value: 1 }] })
    expect(renderTable([hostile], [], { format: 'latex' })).toContain(
      '\\textbackslash{}input\\{x\\} \\$ \\% \\& \\# \\_ \\textasciicircum{} \\textasciitilde{}',
    )
  })
})

describe('csv', () => {
  const text = renderTable(fixtureBoard(), claims, { format: 'csv', ...comparisons })

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
    expect(line[head.indexOf('method_name')]).toBe('\'=HYPERLINK("x"), b')
    expect(line[head.indexOf('value')]).toBe('-1.5')
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＠x'])('%j is text for a spreadsheet', (name) => {
    const [head, line] = parseCsv(
      renderTable([record({ id: 'a', name, scores: [{ metric: 'psnr', value: 1 }] })], [], { format: 'csv' }),
    )
    expect(line[head.indexOf('method_name')]).toMatch(/^'\S/)
  })

  test('has what the table prints, and the record’s own beside it', () => {
    const [head, ...lines] = parseCsv(text)
    const line = lines.find((cells) => cells[3] === 'alpha' && cells[head.indexOf('metric')] === 'psnr')!
    const of = (name: string) => line[head.indexOf(name)]
    expect(
      ['value', 'low', 'high', 'rankLow', 'rankHigh', 'layer', 'n', 'units', 'own_value', 'own_n'].map(of),
    ).toEqual(['18.4', '', '', '1', '2', '1', '7', '6', '18.5', '8'])
  })
})

test('json has every score once, with what is printed of it and every comparison', () => {
  const parsed = JSON.parse(renderTable(fixtureBoard(), claims, { format: 'json', sort: 'psnr', ...comparisons }))
  expect(parsed.schema).toBe('kinemetric/table@2')
  const [protocol] = parsed.protocols
  expect(protocol.methods.map((entry: { method: { id: string } }) => entry.method.id)).toEqual([
    'beta',
    'alpha',
    'gamma',
    'static',
  ])
  expect(protocol.methods[1].scores[0]).toMatchObject({
    metric: 'psnr',
    value: 18.5,
    n: 8,
    shown: { value: 18.4, n: 7, units: 6, rankLow: 1, rankHigh: 2, layer: 1, mark: 'bold' },
  })
  expect(protocol.columns[0].comparison).toEqual(fixtureComparisons().columns[0])
  expect(protocol.claims[0]).toMatchObject({ kind: 'claim', source: { arxiv: '2412.11785' } })
})

const formats = ['terminal', 'markdown', 'latex', 'csv', 'json'] as const

test.each(formats)(
  '%s holds no character that a terminal obeys or that hides text, and no folder of a machine',
  (format) => {
    const nasty =
      'a\u001b]0;x\u0007b\u009b2Jc\u202ed\u0000e\u2066f\u200bg /home/jo/data/clip.mp4 C:\\Users\\jo\\x.mkv file:///srv/x/y.mp4 q'
    const entry = record({
      id: 'a',
      name: nasty,
      scores: [{ metric: `m${nasty}`, value: 1, unit: nasty, warnings: [nasty], signature: `m|recipe:${nasty}` }],
      failures: [{ clip: nasty, reason: nasty, message: nasty }],
      warnings: [nasty],
    })
    entry.protocol.title = nasty
    const column = comparedColumn({
      metric: `m${nasty}`,
      values: { a: 1 },
      signature: `m|recipe:${nasty}`,
      reason: nasty,
      warnings: [nasty],
    })
    const text = renderTable([entry], [claim('x', { [nasty]: 1 }, 'interdyn-256x384', nasty)], {
      format,
      comparisons: [comparisonsOf([column])],
    })
    expect(text.replace(/\r\n/g, '\n')).not.toMatch(/(?!\n)\p{Cc}|[\u200b\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/u)
    expect(text).not.toMatch(/home|Users|srv|jo\b/)
    expect(text).toMatch(/u001b/)
  },
)

test.each(formats)('%s says nothing that its numbers do not', (format) => {
  const text = renderTable(fixtureBoard(), claims, { format, ...comparisons })
  expect(forbiddenWords(text)).toEqual([])
})

test('no records are said, and are valid CSV and JSON', () => {
  expect(renderTable([], [], { format: 'terminal' })).toBe('No records.')
  expect(parseCsv(renderTable([], [], { format: 'csv' }))).toHaveLength(1)
  expect(JSON.parse(renderTable([], [], { format: 'json' })).protocols).toEqual([])
})
