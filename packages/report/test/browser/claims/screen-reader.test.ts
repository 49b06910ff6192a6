// What a screen reader is given: the tree of the leaderboard, of a clip after a step, of the list after a filter; and live regions speak once.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { named } from '../clip/player-checks.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { protocol, smallSite } from '../small-site.ts'
import { openPage } from './open-page.ts'

describe.skipIf(!hasChromium() || !hasFfmpeg())('a screen reader', () => {
  const site = useSite(smallSite)

  test('is given the leaderboard as a table with its heads, numbers and ranks', async () => {
    const page = await openPage(site, `${protocol}/index.html`)
    expect(await page.locator('table.board').first().ariaSnapshot()).toMatchSnapshot()
    await page.locator('thead th', { hasText: 'LPIPS' }).first().locator('.sort').focus()
    const said = await spoken(page, () => page.keyboard.press('Enter'))
    expect(said).toEqual(['Sorted by LPIPS, ascending'])
  })

  test('is given a clip after a step: figures with their values, the slider in words, and is told once', async () => {
    const page = await openPage(site, `${protocol}/clip.html?c=clip-02&t=8&k=lpips`)
    await named(page, 'frame 8 of 13')
    const said = await spoken(page, async () => {
      await page.keyboard.press('ArrowRight')
      await named(page, 'frame 9 of 13')
    })
    expect(said).toEqual([expect.stringMatching(/^frame 9 of 13, LPIPS Alpha 0\.\d{4}, Beta 0\.\d{4}$/)])
    const tree = await page.locator('[data-player]').ariaSnapshot()
    for (const side of ['Reference', 'Control', 'Alpha', 'Beta']) expect(tree).toMatch(new RegExp(`- figure "${side}`))
    expect(tree).toMatch(/- slider "[^"]*"(?: \[[^\]]*\])?: .*frame 9 of 13|- slider/)
    expect(await page.locator('[data-scrub]').getAttribute('aria-valuetext')).toMatch(/^frame 9 of 13, LPIPS Alpha/)
  })

  test('is not spoken to while a clip plays', async () => {
    const page = await openPage(site, `${protocol}/clip.html?c=clip-02&t=2&k=lpips`)
    const said = await spoken(page, async () => {
      await page.keyboard.press(' ')
      await page.waitForFunction(() => Number(document.querySelector<HTMLElement>('[data-player]')!.dataset.frame) > 5)
    })
    expect(said.filter((words) => words.startsWith('frame'))).toEqual([])
    await page.keyboard.press(' ')
  })

  test('is given the list after a filter: so many clips, each with its place, and is told once', async () => {
    const page = await openPage(site, `${protocol}/clips.html?k=lpips&o=ab`)
    const said = await spoken(page, async () => {
      await page.locator('[name=q]').fill('clip-1')
      await page.waitForFunction(() => document.querySelector('[data-sentence]')!.textContent.startsWith('3 of 13'))
    })
    expect(said).toEqual([expect.stringMatching(/^3 of 13 clips\. /)])
    const tree = await page.locator('[data-list]').ariaSnapshot()
    expect(tree.match(/- listitem/g)).toHaveLength(3)
    expect(tree).toMatch(/- link "[^"]*clip-10[^"]*A 0\.\d+[^"]*B 0\.\d+/)
    expect(
      await page
        .locator('[data-list] li:visible')
        .evaluateAll((all) =>
          all.map((item) => `${item.getAttribute('aria-posinset')} of ${item.getAttribute('aria-setsize')}`).toSorted(),
        ),
    ).toEqual(['1 of 3', '2 of 3', '3 of 3'])
  })
})

/** What live regions say while something is done and for 300 ms after, an entry each time that one changes. */
async function spoken(page: Page, act: () => Promise<unknown>): Promise<string[]> {
  await page.evaluate(() => {
    // Beside the page's body, where nobody looks.
    const list = document.documentElement.appendChild(document.createElement('ol'))
    list.id = 'said'
    const observer = new MutationObserver((changes) => {
      const regions = changes.map(({ target }) => (target instanceof Element ? target : target.parentElement))
      for (const region of new Set(
        regions.map((element) => element?.closest('[role=status], [aria-live], [role=alert]')),
      ))
        if (region?.textContent.trim()) {
          const entry = document.createElement('li')
          entry.textContent = region.textContent.trim().replace(/\s+/g, ' ')
          list.append(entry)
        }
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  await act()
  await page.waitForTimeout(300)
  return page.locator('#said li').allTextContents()
}
