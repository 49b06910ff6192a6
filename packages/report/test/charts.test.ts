import { describe, expect, test } from 'vitest'
import { clipDifferences } from '../src/charts/clip-differences.ts'
import { clipDistribution } from '../src/charts/clip-distribution.ts'
import { linearScale, roundTicks } from '../src/charts/linear-axis.ts'
import { methodStyle, seriesCount } from '../src/charts/method-style.ts'
import { nCurve } from '../src/charts/n-curve.ts'
import { rankBar } from '../src/charts/rank-bar.ts'
import { valueScale } from '../src/charts/value-scale.ts'
import { toHtml } from '../src/markup/to-html.ts'

const hostile = `<script>alert(1)</script>" onload="x $& $1`

describe('distributions', () => {
  test('say mean and range, and mark what unrelated clips get in each method’s own row', async () => {
    const { svg, description } = await clipDistribution('Motion fidelity', 'MF', [
      { name: 'a', series: 1, values: [0.25, 0.5, 0.75], floor: 0.31 },
      { name: 'b', series: 2, values: [0.5, 0.7] },
      { name: 'c', series: 3, values: [0.4, 0.48], floor: 0.496 },
    ])
    expect(description).toBe(
      'Motion fidelity over clips. a: mean 0.5, from 0.25 to 0.75, unrelated clips get 0.31; b: mean 0.6, from 0.5 to 0.7; c: mean 0.44, from 0.4 to 0.48, unrelated clips get 0.496',
    )
    // Rows are 44 units high: the first method's line stays in the first row, the third's in the third.
    const floors = [...svg.matchAll(/<path class="own-floor" d="M([\d.]+) ([\d.]+)V([\d.]+)"/g)].map(([, ...ends]) =>
      ends.map(Number),
    )
    expect(floors.map(([, from, to]) => [from, to].map((at) => Math.floor(at / 44)))).toEqual([
      [0, 0],
      [2, 2],
    ])
    expect(floors[0][0]).toBeLessThan(floors[1][0])
    expect(svg.match(/class="row-name"[^>]*>[abc]</g)).toHaveLength(3)
  })

  test('of many clips are counted in bins', async () => {
    const values = Array.from({ length: 5000 }, (_, index) => Math.sin(index))
    const { svg } = await clipDistribution('PSNR', 'PSNR', [{ name: 'a', series: 1, values }])
    expect(svg.length).toBeLessThan(4000)
    expect(svg.match(/<(?:path|text|line|circle)/g)!.length).toBeLessThan(20)
  })

  test('of equal values have a width', async () => {
    const { svg } = await clipDistribution('PSNR', 'PSNR', [{ name: 'a', series: 1, values: [2, 2, 2] }])
    expect(svg).not.toContain('NaN')
  })

  test('label their axis with as many digits as tell its ticks apart', async () => {
    const { svg } = await clipDistribution('LPIPS', 'LPIPS', [{ name: 'a', series: 1, values: [0.011, 0.038] }])
    const labels = [...svg.matchAll(/<text class="tick"[^>]*>([\d.]+)<\/text>/g)].map(([, text]) => text)
    expect(labels.length).toBeGreaterThan(3)
    expect(new Set(labels).size).toBe(labels.length)
  })
})

test('methods that have a colour of their own differ without it', () => {
  const styles = Array.from({ length: seriesCount }, (_, at) => methodStyle(at + 1))
  expect(new Set(styles.map(({ colour }) => colour)).size).toBe(12)
  expect(new Set(styles.map(({ dash, marker }) => `${dash} ${marker}`)).size).toBe(12)
  expect(methodStyle(13)).toEqual(methodStyle(1))
})

test('a bar of ranks fills the places that a method may have', () => {
  const html = toHtml(rankBar({ rankLow: 2, rankHigh: 3 }, 6))
  expect(html).toContain('viewBox="0 0 48 8"')
  expect(html).toContain('d="M8.5 4H23.5"')
})

test('a value stands on its axis between its own floor and ceiling', () => {
  const scale = linearScale([0, 10], 0, 100, 0)
  const html = toHtml(
    valueScale({ value: 5, interval: { low: 4, high: 6 }, floor: 1, ceiling: 9, series: 1 }, scale, 100),
  )
  expect(html).toContain('class="own-floor" d="M10 2v12"')
  expect(html).toContain('class="own-ceiling" d="M90 2v12"')
  expect(html).toContain('class="own-interval" d="M40 8H60"')
})

test('round ticks lie within the range, with the decimals that tell them apart', () => {
  expect(roundTicks(0.011, 0.038, 5)).toEqual({
    values: [0.015, 0.02, 0.025, 0.03, 0.035].map((value) => expect.closeTo(value, 9)),
    decimals: 3,
  })
  expect(roundTicks(-30, 70, 5)).toEqual({ values: [-20, 0, 20, 40, 60], decimals: 0 })
  expect(roundTicks(1, 1, 5).values).toEqual([])
})

test('an N-curve has its points, its line to infinity, and says the value there', async () => {
  const { svg, description, title } = await nCurve('FVD', [
    { name: 'a', series: 3, ns: [5, 10, 20], values: [30, 20, 15], intercept: 10 },
  ])
  expect(title).toBe('FVD∞: FVD against sample size')
  expect(description).toContain('a: FVD∞ 10')
  expect(svg).toContain('>∞</text>')
  expect(svg).toContain('var(--series-3)')
})

test('a long name stands on several lines, whole: what is said of its weights is not cut off', async () => {
  const first = 'InterDyn (weights not known to be the official ones)'
  const rows = [
    { first, second: 'Static (frame 0 repeated)', values: [1, 2], mean: 1.5, interval: null, separated: false },
  ]
  const { svg } = await clipDifferences('PSNR', 'dB', rows)
  for (const line of ['InterDyn (weights', 'not known to be', 'the official ones)', '− Static (frame 0', 'repeated)'])
    expect(svg).toContain(`>${line}<`)
  expect(svg).not.toContain('…')
})

test('differences of pairs have a dot a clip, their mean and its interval, and say whether they are separated', async () => {
  const { svg, description } = await clipDifferences('PSNR', 'dB', [
    { first: 'a', second: `b ${hostile}`, values: [1, 2, 3], mean: 2, interval: { low: 1, high: 3 }, separated: true },
    { first: 'a', second: 'c', values: [-1, 1], mean: 0.25, interval: null, separated: false },
  ])
  expect(description).toContain('2 [1, 3], separated; a − c: 0.25, not separated')
  expect(svg).not.toContain('<script')
  expect(svg).not.toContain('NaN')
  expect(svg.match(/stroke="var\(--series-1\)"/g)!.length).toBeGreaterThanOrEqual(4)
})
