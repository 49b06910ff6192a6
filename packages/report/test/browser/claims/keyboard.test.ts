// Keyboard reaches and leaves everything; the focus is seen, and never lies under a bar.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { everyPage, protocol, smallSite } from '../small-site.ts'
import { isFull, openPage } from './open-page.ts'
import { focusProblems } from './focus-checks.ts'

/** Pages with controls of their own; the others have links and folds. */
const walked = isFull
  ? everyPage
  : everyPage.filter((path) => /\/(?:index|compare|clips|clip|provenance)\.html/.test(path))

describe.skipIf(!hasChromium() || !hasFfmpeg())('by keyboard', () => {
  const site = useSite(smallSite)

  test.each(walked)('%s is walked from top to end: each stop in view and outlined', async (path) => {
    for (const width of isFull ? [1280, 390] : [walked.indexOf(path) % 2 === 0 ? 390 : 1280]) {
      const page = await openPage(site, path, { viewport: { width, height: 844 }, reducedMotion: 'reduce' })
      const reachable = await page.evaluate(markReachable)
      expect(reachable).toBeGreaterThan(path.includes('embed') ? 0 : 4)
      const found: string[] = []
      // Rows that come later are stops too.
      for (let at = 0; at < 300; at++) {
        await page.keyboard.press('Tab')
        const stop = await page.evaluate(focusProblems)
        if (stop === null) break
        found.push(...stop)
      }
      expect({ width, found }).toEqual({ width, found: [] })
      expect(await page.evaluate(unreached)).toEqual([])
    }
  })

  test('Escape closes a menu, a dialog and gives the focus back', async () => {
    const page = await openPage(site, `${protocol}/clip.html?c=clip-02`)
    await page.locator('[data-page=figure]').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-page'))).toBe('figure')
    const board = await openPage(site, `${protocol}/index.html`)
    const menu = board.getByText('Copy the tables shown').first()
    await menu.focus()
    await board.keyboard.press('Enter')
    await board.keyboard.press('Tab')
    await board.keyboard.press('Escape')
    expect(await board.getByRole('button', { name: 'LaTeX' }).isVisible()).toBe(false)
    expect(await board.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
  })

  test('the list goes by arrows and pages, Enter opens a clip, Back returns to that row', async () => {
    const page = await openPage(site, `${protocol}/clips.html?k=lpips`, { viewport: { width: 1280, height: 600 } })
    await page.locator('.clip-row').first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    expect(await place(page)).toBe('2')
    await page.keyboard.press('PageDown')
    const far = Number(await place(page))
    expect(far).toBeGreaterThan(3)
    expect(await inList(page)).toBe(true)
    await page.keyboard.press('PageUp')
    expect(Number(await place(page))).toBeLessThan(far)
    await page.keyboard.press('End')
    const [last, id] = [
      await place(page),
      await page.evaluate(() => document.activeElement!.querySelector('b')!.textContent),
    ]
    await page.keyboard.press('Enter')
    await page.locator('h1', { hasText: id }).waitFor()
    await page.goBack()
    await page.waitForSelector('html[data-ready]')
    await page.waitForFunction(() => document.activeElement?.classList.contains('clip-row'))
    expect(await place(page)).toBe(last)
    expect(await inList(page)).toBe(true)
  })
})

/** Marks everything that Tab should reach and says how many there are. Stands alone: it is sent to the page. */
function markReachable(): number {
  const stops = [
    ...document.querySelectorAll<HTMLElement>('a[href], button, select, input, summary, textarea, [tabindex="0"]'),
  ].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0 && !element.matches(':disabled'),
  )
  for (const stop of stops) {
    stop.dataset.stop = ''
    stop.addEventListener('focus', () => delete stop.dataset.stop)
  }
  return stops.length
}

/** What Tab did not reach. */
function unreached(): string[] {
  return [...document.querySelectorAll<HTMLElement>('[data-stop]')]
    .filter((element) => element.checkVisibility())
    .map((element) => element.outerHTML.slice(0, 120))
}

function place(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset'))
}

/** Whether the focused row lies within what the list shows. */
function inList(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const [row, box] = [document.activeElement!, document.querySelector('[data-list]')!].map((each) =>
      each.getBoundingClientRect(),
    )
    return row.top >= box.top - 1 && row.bottom <= box.bottom + 1
  })
}
