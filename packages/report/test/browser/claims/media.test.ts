// Less motion, forced colours and print.
import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { everyPage, protocol, smallSite } from '../small-site.ts'
import { isFull, openPage } from './open-page.ts'

describe.skipIf(!hasChromium() || !hasFfmpeg())('what readers ask their browser for', () => {
  const site = useSite(smallSite)

  const moving = [
    `${protocol}/clip.html?c=clip-02&t=4&l=2-9`,
    `${protocol}/index.html`,
    `${protocol}/clips.html`,
    'index.html',
  ]
  test.each(isFull ? moving : moving.slice(0, 1))(
    'less motion: %s does not change in 2 s without input',
    async (path) => {
      const page = await openPage(site, path, { reducedMotion: 'reduce' })
      await page.evaluate(() => document.fonts.ready)
      const before = await page.screenshot()
      await page.waitForTimeout(2000)
      expect((await page.screenshot()).equals(before)).toBe(true)
      expect(
        await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length),
      ).toBe(0)
    },
  )

  test('nothing plays by itself, whoever reads', async () => {
    const page = await openPage(site, `${protocol}/clip.html?c=clip-02&t=4&l=2-9`)
    await page.waitForTimeout(700)
    expect(await page.locator('[data-player]').getAttribute('data-frame')).toBe('4')
    expect(await page.evaluate(() => [...document.querySelectorAll('video')].every(({ paused }) => paused))).toBe(true)
  })

  test('forced colours: rank bars, the playhead and marks are drawn in the reader’s colours', async () => {
    const board = await openPage(site, `${protocol}/index.html`, { forcedColors: 'active', colorScheme: 'dark' })
    const taken = board.locator('.rank-bar .taken').first()
    const drawn = await taken.evaluate((bar) => {
      const { fill, stroke } = getComputedStyle(bar)
      return { paper: getComputedStyle(document.body).backgroundColor, inks: [fill, stroke] }
    })
    expect(drawn.inks.filter((ink) => ink !== 'none' && ink !== drawn.paper).length).toBeGreaterThan(0)
    const weight = await board
      .locator('td.bold .value')
      .first()
      .evaluate((value) => getComputedStyle(value).fontWeight)
    const line = await board
      .locator('td.underline .value')
      .first()
      .evaluate((value) => getComputedStyle(value).textDecorationLine)
    expect([weight, line]).toEqual(['700', 'underline'])
    const clip = await openPage(site, `${protocol}/clip.html?c=clip-02&t=9`, {
      forcedColors: 'active',
      colorScheme: 'dark',
    })
    const thumb = clip.locator('[data-scrub]')
    expect(await thumb.isVisible()).toBe(true)
  })

  test('print: every foot of the leaderboard is on paper, in light colours', async () => {
    const page = await openPage(site, `${protocol}/index.html`, { viewport: { width: 390, height: 844 } })
    await page.emulateMedia({ media: 'print' })
    const families = await page.locator('.family').evaluateAll((all) =>
      all.map((family) => ({
        shown: family.checkVisibility(),
        feet: [...family.querySelectorAll('.foot')].map((foot) => foot.checkVisibility()),
      })),
    )
    // The open family's tables, each with its foot, whatever was folded on the phone.
    const shown = families.filter((family) => family.shown)
    expect(shown.length).toBeGreaterThan(0)
    for (const { feet } of shown) expect([feet.length > 0, feet.every(Boolean)]).toEqual([true, true])
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    const colours = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body)
      return [color, backgroundColor]
    })
    expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)'])
    const pdf = await page.pdf({ preferCSSPageSize: true })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  })

  const printed = everyPage.filter((path) => (isFull ? !path.includes('embed') : /\/(?:index|clip)\.html/.test(path)))
  test.each(printed)('print: %s has no control on paper', async (path) => {
    const page = await openPage(site, path)
    await page.emulateMedia({ media: 'print' })
    const controls = await page.evaluate(() =>
      [...document.querySelectorAll('button, select, input')]
        .filter(
          (control) =>
            control.checkVisibility({ visibilityProperty: true }) &&
            control.closest('thead, .visually-hidden') === null,
        )
        .map((control) => control.outerHTML.slice(0, 100)),
    )
    expect(controls).toEqual([])
  })
})
