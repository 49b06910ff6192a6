// No violation that axe-core knows: every page, dialogs open, a chosen clip; light and dark, 390 and 1,280 pixels wide.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { axeViolations } from '../axe.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { everyPage, protocol, smallSite } from '../small-site.ts'
import { isFull, openPage, standing } from './open-page.ts'

const all = [390, 1280].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })))

/** A page in one view, another page in another one, so that every view is seen of some. */
const views = everyPage.flatMap((path, at) =>
  (isFull ? all : [all[at % all.length]]).map((view) => ({ path, ...view })),
)

describe.skipIf(!hasChromium() || !hasFfmpeg())('axe finds nothing', () => {
  const site = useSite(smallSite)

  test.each(views)('$path, $width pixels, $colorScheme', async ({ path, width, colorScheme }) => {
    const page = await openPage(site, path, { viewport: { width, height: 844 }, colorScheme, bypassCSP: true })
    expect(await axeViolations(page)).toEqual([])
  })

  const used: [string, string, (page: Page) => Promise<unknown>][] = [
    ['the menu of what is taken away', `${protocol}/index.html`, (page) => takeAway(page)],
    [
      'the dialog with a text to take away',
      `${protocol}/index.html`,
      async (page) => {
        await page.evaluate(() => {
          navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))
        })
        await takeAway(page)
        await page.getByRole('button', { name: 'Markdown', exact: true }).click()
        await page.locator('dialog[open]').waitFor()
      },
    ],
    [
      'the list’s folds and a choice of clips',
      `${protocol}/clips.html?by=0.001&q=clip-0`,
      async (page) => {
        await standing(page)
        await page.evaluate(() => {
          for (const summary of document.querySelectorAll('summary')) summary.click()
        })
      },
    ],
    [
      'a clip that was chosen from a list',
      `${protocol}/clip.html?k=psnr&a=beta&b=alpha&o=ab&c=clip-03&v=wipe`,
      standing,
    ],
    ['a clip that is not here', `${protocol}/clip.html?c=clip-22`, (page) => page.locator('.notice').first().waitFor()],
    ['a link of which something is told', `${protocol}/index.html?cols=taste&r=00000000`, standing],
  ]
  test.each(isFull ? used : used.slice(1, 4))('%s', async (_, path, use) => {
    const page = await site.open(path, { viewport: { width: 390, height: 844 }, bypassCSP: true })
    await use(page)
    expect(await axeViolations(page)).toEqual([])
  })
})

async function takeAway(page: Page): Promise<void> {
  await page.getByText('Copy the tables shown').locator('visible=true').first().click()
}
