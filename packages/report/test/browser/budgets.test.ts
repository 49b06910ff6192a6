import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeLargeBoard } from '../large-board.ts'
import { axeViolations } from './axe.ts'
import { hasChromium } from './chromium.ts'
import { OpenSite, useSite } from './open-site.ts'
import { cutOff, smallTargets } from './page-checks.ts'

/** Every page in every width and theme takes a minute and a half; otherwise those that have budgets are looked at, in one theme a width. */
const isFull = process.env.KINEMETRIC_FULL === '1'
const views = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
  ...(isFull
    ? ([
        { width: 1280, colorScheme: 'dark' },
        { width: 390, colorScheme: 'light' },
      ] as const)
    : []),
] as const

/** Bytes of page, styles and scripts together, uncompressed, and elements once the page stands. */
const budgets = [
  { path: 'index.html', bytes: 60_000, elements: 400 },
  { path: 'large/index.html', bytes: 220_000, elements: 2500 },
  { path: 'large/methods/method-3.html', bytes: 150_000, elements: 1500 },
  { path: 'large/compare.html?a=method-0&b=method-4', bytes: 90_000, elements: 900 },
]

const others = [
  'large/index.html?cols=all',
  'large/index.html?cols=distribution&view=ranks',
  'large/methods/index.html',
  'large/provenance.html',
  'large/probes.html',
  'large/embed.html?cols=motion',
  'metrics.html',
  'add.html',
]

describe.skipIf(!hasChromium())('at eight methods and nine columns', () => {
  const site = useSite(async () => {
    const work = mkdtempSync(join(tmpdir(), 'kinemetric-budget-test-'))
    await writeLargeBoard(join(work, 'results'))
    return OpenSite.of(work)
  })

  test.each(budgets)('$path stays within $bytes bytes and $elements elements', async ({ path, bytes, elements }) => {
    const page = await site.open(path)
    const files = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    )
    // What the page asks for by itself: styles and scripts, and no data but where it needs them.
    const assets = files.filter((file) => file.includes('/assets/'))
    const sizes = [path.split('?')[0], ...assets.map((file) => file.replace('/some/where/', ''))].map(
      (file) => statSync(join(site.folder, file)).size,
    )
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(bytes)
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThanOrEqual(elements)
  })

  test('what tables are copied from stays within 120 kB, and is loaded when it is asked for', async () => {
    expect(statSync(join(site.folder, 'large', 'data', 'board.js')).size).toBeLessThanOrEqual(120_000)
    const page = await site.open('large/index.html')
    const files = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    expect(files.filter((file) => /\/data\/|tables\.js/.test(file))).toEqual([])
  })

  test.each([...budgets.map(({ path }) => path), ...(isFull ? others : ['large/probes.html'])])(
    '%s has no violation that axe knows, fits, and cuts nothing',
    async (path) => {
      for (const { width, colorScheme } of views) {
        const page = await site.open(path, { viewport: { width, height: 844 }, colorScheme, bypassCSP: true })
        await page.waitForFunction(
          () => !location.pathname.endsWith('compare.html') || document.querySelector('table.compare') !== null,
        )
        const found = await axeViolations(page)
        expect({ width, colorScheme, found }).toEqual({ width, colorScheme, found: [] })
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
        expect(await page.evaluate(cutOff)).toEqual([])
      }
    },
  )

  test.each([
    'large/index.html',
    'large/compare.html?a=method-0&b=method-4',
    'large/methods/method-3.html',
    'index.html',
  ])('%s fits 320 pixels', async (path) => {
    const page = await site.open(path, { viewport: { width: 320, height: 640 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
    expect(await page.evaluate(cutOff)).toEqual([])
  })

  test('every target of the leaderboard on a phone is 44 pixels high', async () => {
    const page = await site.open('large/index.html', { viewport: { width: 390, height: 844 } })
    expect(await page.evaluate(smallTargets)).toEqual([])
  })

  test('the keyboard reaches everything of the leaderboard, each stop in view and outlined, and leaves it', async () => {
    const page = await site.open('large/index.html', { reducedMotion: 'reduce' })
    const stops = await page.evaluate(
      () =>
        [...document.querySelectorAll<HTMLElement>('a[href], button, select, summary, [tabindex="0"]')].filter(
          (element) => element.checkVisibility(),
        ).length,
    )
    const seen = new Set<string>()
    for (let at = 0; at < stops + 5; at++) {
      await page.keyboard.press('Tab')
      const stop = await page.evaluate(() => {
        const active = document.activeElement ?? document.body
        if (active === document.body) return null
        const box = active.getBoundingClientRect()
        const outline = getComputedStyle(active)
        const bar = document.querySelector('.tools')!.getBoundingClientRect()
        const hidden = active.closest('.tools') === null && box.top >= bar.top && box.bottom <= bar.bottom
        return {
          html: active.outerHTML.slice(0, 90),
          inView: box.bottom > 0 && box.top < innerHeight && !hidden,
          outlined: outline.outlineStyle !== 'none',
        }
      })
      if (stop === null) break
      expect({ ...stop, at }).toMatchObject({ inView: true, outlined: true })
      seen.add(`${stop.html} ${at}`)
    }
    expect(seen.size).toBeGreaterThan(60)
  })

  test('an opened menu closes on Escape and gives the focus back', async () => {
    const page = await site.open('large/index.html')
    await page.getByText('Copy the tables shown').click()
    expect(await page.getByRole('button', { name: 'LaTeX' }).isVisible()).toBe(true)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    expect(await page.getByRole('button', { name: 'LaTeX' }).isVisible()).toBe(false)
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
  })

  test('forced colours and print keep rank bars, marks and every foot', async () => {
    const page = await site.open('large/index.html', { forcedColors: 'active' })
    const stroke = await page
      .locator('.rank-bar .taken')
      .first()
      .evaluate((bar) => getComputedStyle(bar).stroke)
    expect(stroke).not.toBe('none')
    await page.emulateMedia({ media: 'print', forcedColors: 'none' })
    expect(await page.locator('.tools').isVisible()).toBe(false)
    expect(await page.locator('.foot').first().isVisible()).toBe(true)
    expect(
      await page
        .locator('td.bold .value')
        .first()
        .evaluate((value) => getComputedStyle(value).fontWeight),
    ).toBe('700')
  })
})
