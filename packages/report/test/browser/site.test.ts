import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { hasFfmpeg } from '../fixture-results.ts'
import { hasChromium } from './chromium.ts'
import { useSite } from './open-site.ts'
import { everyPage, smallSite } from './small-site.ts'

/** Pages whose scripts load more; in the full run all, but for an embedded table, which has no bar and no themes of its own. */
const isFull = process.env.KINEMETRIC_FULL === '1'
const fromDisk = everyPage.filter((path) =>
  isFull ? !path.includes('embed.html') : /\/(?:index|compare|clips|clip)\.html/.test(path),
)

describe.skipIf(!hasChromium() || !hasFfmpeg())('in Chromium', () => {
  const site = useSite(smallSite)

  const board = 'interdyn-256x384/index.html'
  const clip = 'interdyn-256x384/clip.html?c=clip-02'

  describe('themes', () => {
    test('follow the system, and the reader’s choice across pages', async () => {
      const dark = await site.open('index.html', { colorScheme: 'dark' })
      expect(await paper(dark)).toBe('rgb(21, 23, 26)')
      await dark.locator('[data-theme-toggle]').click()
      expect(await paper(dark)).toBe('rgb(252, 251, 248)')
      await dark.goto(`${site.address}${board}`)
      expect(await paper(dark)).toBe('rgb(252, 251, 248)')
      expect(await dark.locator('[data-theme-toggle]').getAttribute('aria-label')).toBe('Dark theme')
    })

    test.each(['light', 'dark'] as const)('charts are drawn in the colours of the %s theme', async (colorScheme) => {
      const page = await site.open('interdyn-256x384/methods/alpha.html', { colorScheme })
      const colours = await page.evaluate(() => {
        const line = document.querySelector('svg.chart .mark-line path')!
        const text = document.querySelector('svg.chart .tick')!
        const probe = document.body.appendChild(document.createElement('i'))
        const of = (name: string) => {
          probe.style.color = `var(${name})`
          return getComputedStyle(probe).color
        }
        return {
          line: getComputedStyle(line).stroke,
          series: of('--series-1'),
          text: getComputedStyle(text).fill,
          ink: of('--ink-2'),
        }
      })
      expect(colours.line).toBe(colours.series)
      expect(colours.text).toBe(colours.ink)
    })
  })

  test.each(fromDisk)('%s opens from disk, styled, with its charts', async (path) => {
    const page = await site.open(`${site.fileAddress}${path}`)
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(252, 251, 248)')
    expect(await page.locator('[data-theme-toggle]').isVisible()).toBe(true)
  })

  test.each(['provenance.html', 'probes.html', 'methods/index.html', 'methods/alpha.html'])(
    'a link of other results to %s, and one that asks what no page knows, is told',
    async (path) => {
      const page = await site.open(`interdyn-256x384/${path}?r=ffffffff&nothing=x`)
      expect(await page.locator('main .notice').allTextContents()).toEqual([
        expect.stringMatching(/^This link was made from other results \(ffffffff; here [0-9a-f]{8}\)\. .*‘nothing’/),
      ])
      const right = await page.evaluate(() => document.documentElement.dataset.board!.slice(0, 8))
      expect(await (await site.open(`interdyn-256x384/${path}?r=${right}`)).locator('main .notice').count()).toBe(0)
    },
  )

  test('the skip link is the first thing that Tab reaches, and it leads to the content', async () => {
    const page = await site.open(board)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  })

  test('printed, controls are gone and tables are not', async () => {
    const page = await site.open(clip)
    // What lies far below is made when it is near, or printed.
    await page.locator('[data-player][data-frame]').waitFor()
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await page.locator('table').first().waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.settings').isVisible()).toBe(false)
    expect(await page.locator('table').first().isVisible()).toBe(true)
  })
})

function paper(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor)
}
