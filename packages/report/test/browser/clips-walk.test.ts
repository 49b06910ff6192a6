// The list of clips by keyboard, and what can be taken from it.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../fixture-results.ts'
import { hasChromium } from './chromium.ts'
import { named } from './clip/player-checks.ts'
import { useSite } from './open-site.ts'
import { protocol, smallSite } from './small-site.ts'

describe.skipIf(!hasChromium() || !hasFfmpeg())('the list of clips', () => {
  const site = useSite(() => smallSite('plain'))

  async function open(query: string, options?: Parameters<typeof site.open>[1]): Promise<Page> {
    const page = await site.open(`${protocol}/clips.html${query}`, options)
    await page.waitForSelector('html[data-ready]')
    return page
  }

  test('by keys alone: rows, a clip, its neighbours in the list, and back to that row', async () => {
    const page = await open('?k=lpips&a=beta&b=alpha&q=clip-0&o=ab')
    const order = await page.locator('.clip-row:visible b').allTextContents()
    expect(order).toHaveLength(9)
    for (let at = 0; at < 60 && (await focused(page)) === null; at++) await page.keyboard.press('Tab')
    expect(await focused(page)).toBe(order[0])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    expect(await focused(page)).toBe(order[1])
    await page.keyboard.press('PageDown')
    const below = order.indexOf((await focused(page))!)
    expect(below).toBeGreaterThan(2)
    await page.keyboard.press('PageUp')
    expect(await focused(page)).toBe(order[1])
    await page.keyboard.press('Enter')
    await page.locator('h1', { hasText: order[1] }).waitFor()
    await named(page, 'frame 0 of 13')
    await page.locator('.clip-facts', { hasText: '2 of 9 in the chosen list' }).waitFor()
    for (const [key, at] of [
      ['n', 2],
      ['n', 3],
      ['p', 2],
    ] as const) {
      await page.keyboard.press(key)
      await page.locator('h1', { hasText: order[at] }).waitFor()
      await page.locator('.clip-facts', { hasText: `${at + 1} of 9 in the chosen list` }).waitFor()
      const { searchParams } = new URL(page.url())
      expect(['k', 'a', 'b', 'q', 'o', 'c'].map((name) => searchParams.get(name))).toEqual([
        'lpips',
        'beta',
        'alpha',
        'clip-0',
        'ab',
        order[at],
      ])
    }
    for (let back = 0; back < 4; back++) await page.goBack()
    await page.waitForSelector('html[data-ready]')
    await expect.poll(() => new URL(page.url()).pathname).toMatch(/clips\.html$/)
    await expect.poll(() => focused(page)).toBe(order[1])
  })

  test('as --clips for the command line', async () => {
    const page = await open('?q=clip-1', { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.locator('.list-head summary').click()
    await page.locator('[data-copy=option]').click()
    await page.locator('[data-said]', { hasText: 'Copied: 3 clips, --clips' }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('--clips clip-10,clip-11,clip-12')
  })

  test('rows stand closer where a reader likes it, also on the next page, and in no address', async () => {
    const page = await open('')
    const height = () =>
      page
        .locator('.clip-row')
        .first()
        .evaluate((row) => row.getBoundingClientRect().height)
    const before = await height()
    await page.getByRole('button', { name: 'Compact rows' }).click()
    await expect.poll(height).toBeLessThan(before)
    await expect.poll(() => new URL(page.url()).search).toBe('')
    await page.goto(`${site.address}${protocol}/index.html`)
    expect(await page.evaluate(() => document.documentElement.dataset.density)).toBe('compact')
    await page.getByRole('button', { name: 'Compact rows' }).click()
    await page.reload()
    expect(await page.evaluate(() => document.documentElement.dataset.density)).toBeUndefined()
  })

  test('a clip in which it is known what happens leads to its pairs and its words', async () => {
    const page = await site.open(`${protocol}/clip.html?c=clip-05`)
    await named(page, 'frame 0 of 13')
    await page.locator('#values').scrollIntoViewIfNeeded()
    const links = page.locator('.probe-links a')
    await links.first().waitFor()
    expect(await links.allTextContents()).toEqual(['Without blue rod', 'Its objects in words'])
    await links.last().click()
    await page.getByText('Its videos').waitFor()
    expect(await page.getByText('Its videos').isVisible()).toBe(true)
    await page.goBack()
    await page.locator('#values').scrollIntoViewIfNeeded()
    await links.first().click()
    await page.locator('h1', { hasText: 'Without blue rod' }).waitFor()
  })

  test('a clip as a frame of another page: the player alone, its source, its height told', async () => {
    const page = await site.open(`${protocol}/clip.html?c=clip-02&t=9&m=beta`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await named(page, 'frame 9 of 13')
    await page.locator('[data-page=embed]').click()
    await page.locator('[data-said]', { hasText: 'Copied: iframe' }).waitFor()
    const frame = await page.evaluate(() => navigator.clipboard.readText())
    expect(frame).toMatch(
      /^<iframe loading="lazy" src="[^"]*embed\.html\?r=[0-9a-f]{8}&amp;m=beta&amp;c=clip-02&amp;t=9" title="Clip clip-02[^"]*" width="100%" height="\d+"><\/iframe>$/,
    )
    const source = /src="([^"]*)"/.exec(frame)![1].replaceAll('&amp;', '&')
    const shown = await site.open(source.replace(site.address, ''))
    await named(shown, 'frame 9 of 13')
    expect(
      await shown.locator('header, .clip-actions:visible, .turn:visible, .family:visible, .notice:visible').count(),
    ).toBe(0)
    expect(await shown.locator('h1').allTextContents()).toEqual(['Clip clip-02'])
    expect(await shown.locator('[data-source]').getAttribute('href')).toMatch(/^clip\.html\?r=.*c=clip-02/)
    await shown.keyboard.press('ArrowRight')
    await named(shown, 'frame 10 of 13')
  })
})

/** The clip whose row has the focus. */
function focused(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.closest('.clip-row')?.querySelector('b')?.textContent ?? null)
}
