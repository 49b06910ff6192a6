// Without scripts every number and sentence is there: in the HTML, and seen.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { protocol, smallSite } from '../small-site.ts'
import { isFull, openPage } from './open-page.ts'

describe.skipIf(!hasChromium() || !hasFfmpeg())('without scripts', () => {
  const site = useSite(smallSite)

  test.each([
    `${protocol}/index.html`,
    `${protocol}/methods/alpha.html`,
    `${protocol}/provenance.html`,
    'metrics.html',
    ...(isFull ? ['index.html', `${protocol}/methods/index.html`, 'add.html'] : []),
  ])('%s says what it says with them', async (path) => {
    const scripted = await sentencesOf(await openPage(site, path), false)
    const page = await openPage(site, path, { javaScriptEnabled: false })
    // Opened by hand: a fold needs no script.
    const plain = (await sentencesOf(page, true)).join(' ')
    expect(scripted.length).toBeGreaterThan(5)
    expect(scripted.filter((words) => !plain.includes(words))).toEqual([])
    // Controls that need scripts are not there without them.
    const dead = await page
      .locator('button')
      .evaluateAll((all) =>
        all.filter((one) => one.checkVisibility() && one.closest('thead') === null).map((one) => one.outerHTML),
      )
    expect(dead).toEqual([])
  })

  test('clips, clip and compare say that they need scripts, and where the values are', async () => {
    for (const [path, words] of [
      [`${protocol}/clips.html`, /needs scripts[\s\S]*Parquet/],
      [`${protocol}/clip.html?c=clip-02`, /needs scripts/],
    ] as const) {
      const page = await openPage(site, path, { javaScriptEnabled: false })
      expect(await page.locator('noscript').first().textContent()).toMatch(words)
      expect(await page.locator('noscript a').count()).toBeGreaterThan(0)
    }
    const compare = await openPage(site, `${protocol}/compare.html`, { javaScriptEnabled: false })
    expect(await compare.locator('[data-all-pairs] tbody tr').count()).toBeGreaterThan(0)
  })
})

/** Texts of a page's main part, one an element that has any of its own: all, or those that are seen or folded. */
function sentencesOf(page: Page, seenOnly: boolean): Promise<string[]> {
  return page.locator('main').evaluate(
    (main, seenOnly) =>
      [...main.querySelectorAll('*')]
        .filter(
          (element) =>
            element.closest('script, noscript, button, label, .tools, .how > summary, [role=status], [hidden]') ===
            null,
        )
        .filter((element) => !seenOnly || element.checkVisibility() || element.closest('details:not([open])') !== null)
        .flatMap((element) =>
          [...element.childNodes].flatMap((node) => {
            const text = node.nodeType === 3 ? node.textContent!.trim().replace(/\s+/g, ' ') : ''
            return text === '' ? [] : [text]
          }),
        ),
    seenOnly,
  )
}
