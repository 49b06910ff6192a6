import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { axeViolations } from './axe.ts'
import { focusProblems } from './claims/focus-checks.ts'
import { openPage } from './claims/open-page.ts'
import { hasChromium } from './chromium.ts'
import { largeSite } from './large-site.ts'
import { useSite } from './open-site.ts'
import { cutOff, smallTargets } from './page-checks.ts'

/** Every page in every width and theme takes a minute and a half; otherwise the widest two, for every page of a smaller site is looked at beside this. */
const isFull = process.env.KINEMETRIC_FULL === '1'
const light = { width: 1280, colorScheme: 'light' } as const
const dark = { width: 390, colorScheme: 'dark' } as const
const views = isFull
  ? ([light, dark, { width: 1280, colorScheme: 'dark' }, { width: 390, colorScheme: 'light' }] as const)
  : [light]

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
  const site = useSite(largeSite)

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

  const wide = ['large/index.html', 'large/compare.html?a=method-0&b=method-4']
  test.each(isFull ? [...budgets.map(({ path }) => path), ...others] : wide)(
    '%s has no violation that axe knows, fits, and cuts nothing, to 320 pixels',
    async (path) => {
      for (const { width, colorScheme } of views) {
        const page = await openPage(site, path, { viewport: { width, height: 844 }, colorScheme, bypassCSP: true })
        const found = await axeViolations(page)
        expect({ width, colorScheme, found }).toEqual({ width, colorScheme, found: [] })
        for (const narrow of [width, 390, 320]) {
          await page.setViewportSize({ width: narrow, height: 844 })
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(narrow)
          expect(await page.evaluate(cutOff)).toEqual([])
        }
      }
    },
  )

  test.runIf(isFull)('every target of the leaderboard on a phone is 44 pixels high', async () => {
    const page = await site.open('large/index.html', { viewport: { width: 390, height: 844 } })
    expect(await page.evaluate(smallTargets)).toEqual([])
  })

  test.runIf(isFull)('the keyboard reaches everything of the leaderboard, each stop in view and outlined', async () => {
    const page = await site.open('large/index.html', { reducedMotion: 'reduce' })
    let stops = 0
    for (; stops < 400; stops++) {
      await page.keyboard.press('Tab')
      const found = await page.evaluate(focusProblems)
      if (found === null) break
      expect(found).toEqual([])
    }
    expect(stops).toBeGreaterThan(60)
  })
})
