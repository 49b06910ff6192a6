import { gateSchema } from '@kinemetric/records'
import { describe, expect, test } from 'vitest'
import { gateJunit, gateMarkdown, gatePage, gateText } from '../../src/index.ts'
import { forbiddenWords } from '../forbidden-words.ts'
import { gatedMetric, gateResult } from './gate-fixture.ts'
import { readXml, type XmlElement } from './read-xml.ts'

const made = new Date('2026-11-30T12:00:00Z')
const hostile = `</testsuite><script>alert(1)</script>"'&]]>\u0000\u001B[31m\uFFFE\uD800\u202E|[x](javascript:1)\n# end`

function hostileGate() {
  const gate = gateResult()
  return gateResult({
    baseline: { ...gate.baseline, name: hostile, path: hostile },
    changes: [{ field: hostile, a: hostile, b: null }],
    notes: [hostile],
    rules: [{ rule: hostile, holds: false, values: [{ name: hostile, value: 1 }] }],
    metrics: [
      gatedMetric({
        label: hostile,
        recipe: hostile,
        reason: hostile,
        notes: [hostile],
        lost: [hostile],
        worst: [{ clip: hostile, baseline: 1, candidate: 2, loss: 1 }],
      }),
    ],
  })
}

test('the fixture is what a gate prints', () => {
  expect(gateSchema.parse(gateResult())).toEqual(gateResult())
})

test('on one screen: the verdict first, a line a metric, what qualifies them', () => {
  const text = gateText(gateResult(), { width: 100 })
  expect(text).toMatchSnapshot()
  expect(text.split('\n').length).toBeLessThan(45)
  expect(text).not.toContain('\u001B')
  expect(gateText(gateResult(), { width: 100, color: true })).toContain('\u001B[31mgate: fail')
})

test.each([40, 80, 110, 200])(
  'of %i columns it keeps to these, or to 60; the table to what its numbers take',
  (width) => {
    const long = gatedMetric({ recipe: 'a-recipe-of-a-long-name/tracker:lucas-kanade' })
    const lines = gateText(gateResult({ metrics: [long, ...gateResult().metrics] }), { width }).split('\n')
    const table = lines.findIndex((line) => line.startsWith('metric'))
    const isRow = (at: number) => at >= table && at <= table + 5
    const longest = (rows: boolean) =>
      Math.max(...lines.filter((_, at) => isRow(at) === rows).map(({ length }) => length))
    expect(longest(false)).toBeLessThanOrEqual(Math.max(60, width))
    expect(longest(true)).toBeLessThanOrEqual(Math.max(116, width))
  },
)

function suiteOf(gate = gateResult()): XmlElement {
  return readXml(gateJunit(gate, { made })).children[0]
}

describe('JUnit', () => {
  test('has a case a metric, a rule and the clips, and counts what it has', () => {
    const suite = suiteOf()
    const cases = suite.children.filter(({ tag }) => tag === 'testcase')
    const kinds = cases.map(({ attributes, children: [child] }) => [attributes['name'], child?.tag ?? 'passed'])
    expect(kinds).toEqual([
      ['clips of the baseline', 'passed'],
      ['LPIPS (alex)', 'failure'],
      ['PSNR (frame-mean)', 'failure'],
      ['FVD (stylegan-v)', 'error'],
      ['SSIM (gaussian-valid)', 'skipped'],
      ['rule lpips < 0.3', 'passed'],
      ['rule psnr > baseline.psnr', 'failure'],
    ])
    expect(suite.attributes).toMatchObject({ tests: '7', failures: '3', errors: '1', skipped: '1' })
  })

  test('has what Ant’s schema asks for, in its order', () => {
    const suite = suiteOf()
    expect(Object.keys(suite.attributes)).toEqual(
      'id package name timestamp hostname tests failures errors skipped time'.split(' '),
    )
    expect(suite.attributes['timestamp']).toBe('2026-11-30T12:00:00')
    const order = suite.children.map(({ tag }) => tag)
    expect([...new Set(order)]).toEqual(['properties', 'testcase', 'system-out', 'system-err'])
    for (const { attributes, children } of suite.children.filter(({ tag }) => tag === 'testcase')) {
      expect(Object.keys(attributes)).toEqual(['name', 'classname', 'time'])
      expect(children.length).toBeLessThanOrEqual(1)
    }
  })

  test('what is undecided and counts as passed is no failure', () => {
    const suite = suiteOf(gateResult({ undecided: 'pass' }))
    expect(suite.children.find(({ attributes }) => attributes['name'] === 'PSNR (frame-mean)')!.children).toEqual([])
  })

  test('whatever names hold, it is XML with as many cases', () => {
    const suite = suiteOf(hostileGate())
    expect(suite.children.filter(({ tag }) => tag === 'testcase').length).toBe(3)
    expect(suite.children.some(({ tag }) => tag === 'script')).toBe(false)
  })
})

test('Markdown is what a pull request shows', () => {
  expect(gateMarkdown(gateResult())).toMatchSnapshot()
})

test('whatever names hold, Markdown has no markup, link or row of theirs', () => {
  const lines = gateMarkdown(hostileGate()).split('\n')
  expect(lines.filter((line) => line.startsWith('|')).length).toBe(3)
  expect(lines.filter((line) => line.startsWith('#')).length).toBe(1)
  expect(lines.join('\n')).not.toMatch(/<script|(?<!\\)\[x(?<!\\)\]/)
})

test('a page is one file without scripts, whatever names hold', () => {
  const page = gatePage(hostileGate(), {
    mediaOf: () => ({ baseline: `media/${encodeURIComponent(hostile.toWellFormed())}.mp4` }),
  })
  expect(page).not.toMatch(/<script/)
  expect(page).toContain("script-src 'none'")
  expect(page.match(/<\/head>/g)).toHaveLength(1)
  expect(page).toContain('&lt;script&gt;')
})

test('no form says more than a gate can', () => {
  const gate = gateResult()
  for (const form of [gateText(gate, { width: 100 }), gateMarkdown(gate), gateJunit(gate, { made }), gatePage(gate)])
    expect(forbiddenWords(form.replace(/<style>[\s\S]*<\/style>/, ''))).toEqual([])
})
