// Nothing is cut: on a phone, at 320 pixels, where a window of 1,280 is zoomed to 200 %, and with the spacing of text that WCAG 1.4.12 names.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { contrastProblems, cutOff, smallTargets, structureProblems } from '../page-checks.ts'
import { everyPage, pairPage, protocol, smallSite } from '../small-site.ts'
import { openPage } from './open-page.ts'

const textSpacing =
  '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }'

async function expectWhole(page: Page, width: number): Promise<void> {
  expect(await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth])).toEqual([width, width])
  expect(await page.evaluate(cutOff)).toEqual([])
}

describe.skipIf(!hasChromium() || !hasFfmpeg())('narrow', () => {
  const site = useSite(smallSite)

  // One page after another in each size: each is laid out anew, as when a phone is turned.
  test.each(everyPage)('%s at 390, 320 and 640 pixels, and with its text spaced', async (path) => {
    const page = await openPage(site, path, { viewport: { width: 390, height: 844 }, bypassCSP: true })
    await expectWhole(page, 390)
    expect(await page.evaluate(smallTargets)).toEqual([])
    // An embedded table has no landmarks of its own.
    const amiss = (await page.evaluate(structureProblems)).filter(
      (words) => !path.includes('embed') || !/header|footer/.test(words),
    )
    expect(amiss).toEqual([])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect({ colorScheme, found: await page.evaluate(contrastProblems) }).toEqual({ colorScheme, found: [] })
    }
    for (const [width, height] of [
      [320, 640],
      [640, 480],
    ]) {
      await page.setViewportSize({ width, height })
      await expectWhole(page, width)
    }
    await page.setViewportSize({ width: 390, height: 844 })
    await page.addStyleTag({ content: textSpacing })
    await expectWhole(page, 390)
    expect(await page.evaluate(clippedTexts)).toEqual([])
  })

  test('every number of the leaderboard is read after at most one choice', async () => {
    const page = await openPage(site, `${protocol}/index.html`, { viewport: { width: 390, height: 844 } })
    const numbers = await page
      .locator('table.board .value')
      .evaluateAll((all) => all.map((value) => `${value.closest('tr')!.dataset.method} ${value.textContent}`))
    expect(numbers.length).toBeGreaterThan(12)
    const read = new Set<string>()
    const choices = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLOptionElement>('[data-pick] option')].map(({ value }) => value),
    )
    for (const choice of choices) {
      await page.locator('[data-pick]').selectOption(choice)
      const seen = await page
        .locator('table.board .value:visible')
        .evaluateAll((all) =>
          all
            .filter((value) => value.getBoundingClientRect().right <= innerWidth)
            .map((value) => `${value.closest('tr')!.dataset.method} ${value.textContent}`),
        )
      for (const number of seen) read.add(number)
    }
    expect(numbers.filter((number) => !read.has(number))).toEqual([])
  })

  test.each([
    [`${protocol}/clip.html?c=clip-02&t=9`, 390, 844],
    [`${protocol}/clip.html?c=clip-02&t=9`, 320, 640],
    [`${protocol}/clip.html?c=clip-02&t=9`, 640, 480],
    [pairPage, 320, 640],
    [pairPage, 640, 480],
  ])('%s at %i × %i: picture and bar are in view together, with spaced text too', async (path, width, height) => {
    const page = await openPage(site, path, { viewport: { width, height }, bypassCSP: true })
    for (const content of ['p {}', textSpacing]) {
      await page.addStyleTag({ content })
      await page.locator('.stage').evaluate((stage) => scrollTo(0, stage.getBoundingClientRect().top + scrollY - 8))
      const [picture, bar] = await page.evaluate(() =>
        ['[data-side=reference] .screen', '.bar'].map((selector) => {
          const { top, bottom } = document.querySelector(selector)!.getBoundingClientRect()
          return { top, bottom }
        }),
      )
      expect(picture.bottom).toBeLessThanOrEqual(bar.top + 1)
      expect(bar.bottom).toBeLessThanOrEqual(height + 1)
    }
  })
})

/** Boxes that are lower or narrower than their own text and do not scroll. Stands alone: it is sent to the page. */
function clippedTexts(): string[] {
  return [...document.querySelectorAll<HTMLElement>('main *')]
    .filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) && element.closest('.visually-hidden, svg') === null,
    )
    .filter((element) => {
      const { overflowX, overflowY, clipPath } = getComputedStyle(element)
      if (clipPath !== 'none') return false
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== '')
      return (
        own &&
        ((['hidden', 'clip'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1) ||
          (['hidden', 'clip'].includes(overflowY) && element.scrollHeight > element.clientHeight + 2))
      )
    })
    .map((element) => element.outerHTML.slice(0, 120))
}
