import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasFfmpeg, writeFixtureResults } from '../fixture-results.ts'
import { hasChromium } from './chromium.ts'
import { OpenSite } from './open-site.ts'

/** A picture of one pixel. */
const webp = Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64')

describe.skipIf(!hasChromium() || !hasFfmpeg())('clips on the front page', () => {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-front-test-'))
  let site: OpenSite

  beforeAll(async () => {
    await writeFixtureResults(join(work, 'results'), { clips: 9 })
    site = await OpenSite.of(work, { thumbnails: () => Promise.resolve(webp) })
  }, 300_000)
  afterAll(() => site.close())
  afterEach(async () => {
    const problems = await site.problems()
    if (problems.length > 0) throw new Error(problems.join('\n'))
  })

  test('are still pictures of the reference and a method, without a script and without a video fetched', async () => {
    const page = await site.open('index.html', { javaScriptEnabled: false })
    expect(await page.locator('.strip a').count()).toBe(6)
    expect(await page.locator('.strip a:visible').count()).toBe(6)
    expect(await page.locator('.strip image').count()).toBe(12)
    expect(await page.getByText(/drawn at random \(seed 0\): the reference above, Beta below/).isVisible()).toBe(true)
  })

  test('play while they are pointed at or focused, and lead to the clip with that method', async () => {
    const page = await site.open('index.html')
    const first = page.locator('.strip a').first()
    expect(await page.locator('video').count()).toBe(0)
    await first.hover()
    await expect.poll(() => first.locator('video.plays').count()).toBe(2)
    await page.mouse.move(0, 0)
    await expect.poll(() => page.locator('video').count()).toBe(0)
    await first.focus()
    await expect.poll(() => first.locator('video.plays').count()).toBe(2)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/interdyn-256x384\/clip\.html\?c=clip-0\d&m=beta/)
  })

  test('stay still where less motion is wanted, and on a phone two are enough', async () => {
    const page = await site.open('index.html', {
      reducedMotion: 'reduce',
      viewport: { width: 390, height: 844 },
    })
    await page.locator('.strip a').first().hover()
    await page.locator('.strip a').nth(1).focus()
    await page.waitForTimeout(500)
    expect(await page.locator('video').count()).toBe(0)
    expect(await page.locator('.strip a:visible').count()).toBe(2)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  })
})
