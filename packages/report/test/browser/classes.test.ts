// Scores by class: all methods side by side, a method's own; narrowed and ordered; on a phone as cards.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { type ClassScore, type ClassScores, classScoresSchema, writeRecord } from '@kinemetric/records'
import { record, score, sha } from '../fixtures.ts'
import { axeViolations } from './axe.ts'
import { hasChromium } from './chromium.ts'
import { OpenSite, useSite } from './open-site.ts'
import { structureProblems } from './page-checks.ts'

const methods = ['a', 'b']
const own = [score({ metric: 'psnr', value: 20, n: 12 }), score({ metric: 'lpips', value: 0.3, n: 12 })]
const template = 'Putting [something] behind <b>[something]</b>'

function of(value: number, n: number, units = n): ClassScore {
  const interval = { low: value - 1, high: value + 2, level: 0.95, method: 'hall-t' }
  const why = units === n ? `n = ${n}` : `${units} source videos`
  return units < 5
    ? { value, n, units, interval: null, reason: `${why}: too few for an interval` }
    : { value, n, units, interval }
}

/** Values differ by method, metric and class. */
function scores(digest: string): ClassScores {
  return classScoresSchema.parse({
    schema: 'kinemetric/class-scores@1',
    protocol: { id: 'p', version: 1, digest },
    records: methods.map((method) => ({ method, name: method, record: sha('a'), table: null, hashes: null })),
    by: 'class',
    labels: { file: 'labels.jsonl', sha256: sha('b') },
    clips: 12,
    unlabelled: 1,
    strangers: 0,
    minClips: 1,
    leftOut: { classes: 0, clips: 0 },
    classes: [
      { name: template, clips: 6 },
      { name: 'shaking', clips: 4 },
      { name: 'alone', clips: 1 },
    ],
    columns: own.map(({ metric, recipe, signature, label, unit, better }, column) => ({
      metric,
      recipe,
      signature,
      label,
      unit,
      better,
      methods: methods.map((method, at) => ({
        method,
        all: of(20, 12),
        unlabelled: of(9, 1),
        classes: [of(30 + at + 10 * column, 6), of(28, 3, 2), at === 0 ? of(29, 1) : null],
      })),
    })),
    refused: [],
  })
}

async function openSite(): Promise<OpenSite> {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-by-class-'))
  const records = methods.map((id) => record({ id, protocol: 'p', clips: 12, scores: [] }))
  for (const each of records)
    await writeRecord(join(work, 'results', 'p', `${each.method.id}.json`), { ...each, scores: own })
  return OpenSite.of(work, { classScores: () => Promise.resolve([scores(records[0].protocol.digest)]) })
}

/** What is seen of the classes' rows: name, clips, and a cell each. */
const seen = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('tr[data-class]')]
      .filter((row) => row.checkVisibility())
      .map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent.replaceAll(/\s+/g, ' ').trim())),
  )
const names = async (page: Page) => (await seen(page)).map(([name]) => name)

describe.skipIf(!hasChromium())('by class', () => {
  const site = useSite(openSite)

  test('each class stands with n and interval, or why there is none, methods side by side', async () => {
    const page = await site.open('p/classes.html')
    expect(await seen(page)).toEqual([
      [template, '6', '30.00 [29.00, 32.00]', '31.00 [30.00, 33.00]'],
      ['shaking', '4', ...methods.map(() => '28.00 2 source videos: too few for an interval of 3 clips')],
      ['alone', '1', '29.00 n = 1: too few for an interval', 'none'],
    ])
    const main = await page.textContent('main')
    expect(main).toContain('1 of 12 clips has no class')
    expect(main).toContain('3 classes are as many looks: intervals are not corrected')
    expect(await page.getAttribute(`tr[data-class=alone] a`, 'href')).toBe('clips.html?k=psnr&cls=alone')
    expect(await page.locator('nav.site-nav [aria-current=page]').textContent()).toBe('By class')
  })

  test('it is narrowed, ordered, and shows another metric, which its address says', async () => {
    const page = await site.open('p/classes.html')
    await page.fill('[name=least]', '4')
    expect(await names(page)).toEqual([template, 'shaking'])
    await page.selectOption('[name=o]', 'worst')
    expect(await names(page)).toEqual(['shaking', template])
    await page.locator('.sort >> visible=true').nth(1).click()
    expect(await names(page)).toEqual([template, 'shaking'])
    expect(await page.inputValue('[name=o]')).toBe('')
    await page.fill('[name=q]', 'SHAK')
    expect(await page.textContent('[data-class-count]')).toBe('1 of 3 shown')
    await page.selectOption('[name=k]', 'lpips')
    expect(new URL(page.url()).search).toBe('?k=lpips&q=SHAK')
    await page.reload()
    expect(await names(page)).toEqual(['shaking'])
    expect(await page.locator('h2 >> visible=true').allTextContents()).toEqual(['LPIPS'])
  })

  test('a method’s page has all its metrics, without the means of the list', async () => {
    const page = await site.open('p/methods/b.html')
    expect(await seen(page)).toEqual([
      [template, '6', '31.00 [30.00, 33.00]', '41.000 [40.000, 43.000]'],
      [
        'shaking',
        '4',
        ...['28.00', '28.000'].map((text) => `${text} 2 source videos: too few for an interval of 3 clips`),
      ],
      ['alone', '1', 'none', 'none'],
    ])
    expect(await page.locator('h2').allTextContents()).not.toContain('Where it fails')
  })

  test.each(['p/classes.html', 'p/methods/a.html'])('%s is accessible, and fits a phone', async (path) => {
    for (const width of [390, 1280]) {
      const page = await site.open(path, { viewport: { width, height: 800 }, bypassCSP: true })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await axeViolations(page)).toEqual([])
      expect(await page.evaluate(structureProblems)).toEqual([])
    }
  })
})
