import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, describe } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { axeViolations } from '../axe.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { smallSite, protocol } from '../small-site.ts'
import type { Page } from 'playwright-core'
import { named } from './player-checks.ts'

const possible = hasChromium() && hasFfmpeg()

/** More states and themes. */
const isFull = process.env.KINEMETRIC_FULL === '1'

describe.skipIf(!possible)('how a clip’s page looks', () => {
  const site = useSite(() => smallSite('plain'))

  function open(query: string, options?: Parameters<typeof site.open>[1]): Promise<Page> {
    return site.open(`${protocol}/clip.html${query}`, { viewport: { width: 1280, height: 1000 }, ...options })
  }

  test.each([
    [390, 'dark'],
    ...(isFull
      ? ([
          [1280, 'light'],
          [1280, 'dark'],
          [390, 'light'],
        ] as const)
      : []),
  ] as const)('%i pixels, %s: no violation that axe knows, dialogs open too', async (width, colorScheme) => {
    const page = await open('?c=clip-02&t=9&on=tracks', {
      viewport: { width, height: 844 },
      colorScheme,
      bypassCSP: true,
    })
    await named(page, 'frame 9 of 13')
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('[data-page=figure]').click()
    await page.getByRole('dialog').waitFor()
    expect(await axeViolations(page)).toEqual([])
  })

  test('stays small: what it loads as long as nobody does anything, and its elements', async () => {
    const page = await open('?c=clip-02&t=9', { viewport: { width: 1280, height: 900 } })
    await named(page, 'frame 9 of 13')
    await page.waitForLoadState('networkidle')
    const files = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    )
    const own = [`${protocol}/clip.html`, ...files.filter((file) => file.includes('/assets/'))].map((file) =>
      file.replace('/some/where/', ''),
    )
    expect(
      own.map((file) => statSync(join(site.folder, file)).size).reduce((sum, size) => sum + size, 0),
    ).toBeLessThanOrEqual(70_000)
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThanOrEqual(400)
    // What makes figures, draws tracks, lists keys, holds tables and follows pointers comes when it is asked for.
    expect(own.filter((file) => file.includes('/parts/'))).toEqual([])
  })

  test('in forced colours the chosen sides, the playhead and the curves are seen', async () => {
    const page = await open('?c=clip-02&t=9', { forcedColors: 'active', colorScheme: 'dark' })
    await named(page, 'frame 9 of 13')
    const chips = await page
      .locator('.chip')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor))
    expect(new Set(chips).size).toBe(2)
    const ink = await page.locator('.curve-canvas').evaluate((canvas: HTMLCanvasElement) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })!
      copy.drawImage(canvas, 0, 0)
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
      // Light on black: how much of it can be seen.
      let seen = 0
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] > 128 && data[at] + data[at + 1] + data[at + 2] > 380) seen++
      return seen
    })
    expect(ink).toBeGreaterThan(1000)
  })

  test('prints the frame shown with its number', async () => {
    const page = await open('?c=clip-02&t=9')
    await named(page, 'frame 9 of 13')
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.bar output').isVisible()).toBe(true)
    expect(await page.locator('.still').count()).toBe(4)
    for (const still of await page.locator('.still').all()) expect(await still.isVisible()).toBe(true)
    expect(
      await page
        .locator('[data-action=play], .settings, .chips')
        .evaluateAll((all) => all.every((one) => !one.checkVisibility())),
    ).toBe(true)
  })
})
