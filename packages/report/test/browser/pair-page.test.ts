import { describe, expect, test } from 'vitest'
import { hasFfmpeg } from '../fixture-results.ts'
import { hasChromium } from './chromium.ts'
import { useSite } from './open-site.ts'
import { pairPage, smallSite } from './small-site.ts'

describe.skipIf(!hasChromium() || !hasFfmpeg())('the page of a pair', () => {
  const site = useSite(smallSite)

  test('has both conditions in lockstep, laid over each other when asked', async () => {
    const page = await site.open(`${pairPage}?t=9`)
    await page.waitForFunction(() => document.querySelector('[data-player] output')?.textContent === 'frame 9 of 13')
    expect(await page.locator('figcaption .name').allTextContents()).toEqual([
      'Reference',
      'Control',
      'Alpha',
      'Alpha without blue rod',
    ])
    await page.keyboard.press('w')
    expect(await page.locator('.pair-names span').allTextContents()).toEqual(['Alpha', 'Alpha without blue rod'])
    await page.keyboard.press('t')
    await page.locator('[data-side=m1] .overlay').waitFor()
    expect(await page.locator('[data-side=m1-without] .overlay').getAttribute('data-frame')).toBe('9')
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => document.querySelector('[data-player] output')?.textContent === 'frame 10 of 13')
    await expect.poll(() => new URL(page.url()).search).toBe('?t=10&v=wipe&on=tracks')
    expect(await page.locator('.lede a').getAttribute('href')).toBe('../clip.html?c=clip-05')
  })

  test('fits a phone, with what should change in words', async () => {
    const page = await site.open(pairPage, {
      viewport: { width: 390, height: 844 },
    })
    await page.locator('[data-player]').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(await page.locator('table').textContent()).toContain('does otherwise')
  })
})
