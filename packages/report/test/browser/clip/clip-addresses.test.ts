import { expect, test, describe } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { smallSite, protocol } from '../small-site.ts'
import type { Page } from 'playwright-core'
import { named } from './player-checks.ts'

const possible = hasChromium() && hasFfmpeg()

/** More states and themes. */
const isFull = process.env.KINEMETRIC_FULL === '1'

describe.skipIf(!possible)('addresses of a clip’s page', () => {
  const site = useSite(() => smallSite('plain'))

  function open(query: string, options?: Parameters<typeof site.open>[1]): Promise<Page> {
    return site.open(`${protocol}/clip.html${query}`, { viewport: { width: 1280, height: 1000 }, ...options })
  }

  test('walks the clips without loading the page anew, and Back returns', async () => {
    const page = await open('?c=clip-02&t=9&m=beta')
    await named(page, 'frame 9 of 13')
    await page.evaluate(() => Object.assign(globalThis, { stayed: true }))
    await page.keyboard.press('n')
    await page.locator('h1', { hasText: 'clip-03' }).waitFor()
    await named(page, 'frame 9 of 13')
    await expect
      .poll(() => new URL(page.url()).search)
      .toBe('?c=clip-03&m=beta&t=9'.replace('c=clip-03&m=beta', 'm=beta&c=clip-03'))
    await page.locator('a[rel=next]').click()
    await page.locator('h1', { hasText: 'clip-04' }).waitFor()
    await page.goBack()
    await page.locator('h1', { hasText: 'clip-03' }).waitFor()
    await page.goBack()
    await page.locator('h1', { hasText: 'clip-02' }).waitFor()
    await named(page, 'frame 9 of 13')
    expect(await page.evaluate(() => 'stayed' in globalThis)).toBe(true)
  })

  test('walks the list that was chosen, its keys go with it', async () => {
    const page = await open('?k=psnr&a=beta&b=static&o=ab&q=clip-1&c=clip-11')
    await page.locator('.note', { hasText: 'of 3 in the chosen list' }).waitFor()
    const walked: string[] = []
    // To the list's end, whichever way it is ordered, and then back through all of it.
    for (const rel of ['next', 'next', 'prev', 'prev', 'prev']) {
      const link = page.locator(`a[rel=${rel}]`)
      if ((await link.count()) === 0) continue
      const to = (await link.getAttribute('aria-label'))!.split(', ')[1]
      await link.click()
      await page.locator('h1', { hasText: to }).waitFor()
      walked.push(to)
    }
    expect(new Set([...walked, 'clip-11'])).toEqual(new Set(['clip-10', 'clip-11', 'clip-12']))
    await expect.poll(() => new URL(page.url()).search).toMatch(/^\?k=psnr&a=beta&b=static&q=clip-1&o=ab&c=clip-1\d$/)
    expect(await page.locator('[aria-disabled]').textContent()).toBe('‹ previous')
  })

  test('the curve’s metric is in the address, but where another one orders the list that is walked', async () => {
    const page = await open('?c=clip-02&t=9')
    await named(page, 'frame 9 of 13')
    await page.locator('[data-metric]').selectOption('ssim')
    await expect.poll(() => new URL(page.url()).search).toBe('?k=ssim&c=clip-02&t=9')
    // A list keeps its arrows.
    await page.locator('[data-action=back]').click()
    await named(page, 'frame 8 of 13')
    await page.reload()
    await named(page, 'frame 8 of 13')
    expect(await page.locator('[data-metric]').inputValue()).toBe('ssim')
    await page.locator('[data-metric]').selectOption({ index: 0 })
    await expect.poll(() => new URL(page.url()).search).toBe('?c=clip-02&t=8')
    const walked = await open('?k=lpips&o=ab&c=clip-02')
    await named(walked, 'frame 0 of 13')
    await walked.locator('[data-metric]').selectOption('ssim')
    expect(new URL(walked.url()).search).toBe('?k=lpips&o=ab&c=clip-02')
  })

  test('tells what a link names that is not here, and shows the rest', async () => {
    const page = await open('?c=clip-02&t=99&m=foo&r=00000000&colour=red')
    await named(page, 'frame 0 of 13')
    const told = (await page.locator('.notice').allTextContents()).join('\n')
    for (const words of ['‘foo’', '‘t=99’', 'other results (00000000; here']) expect(told).toContain(words)
  })

  test('an unknown clip is told with the nearest ones', async () => {
    const page = await open('?c=clip-22')
    await page.locator('.notice', { hasText: 'No clip clip-22 here. Nearest: clip-02, clip-12' }).waitFor()
    await page.locator('.notice a').first().click()
    await page.locator('h1', { hasText: 'Clip clip-02' }).waitFor()
    await expect.poll(() => new URL(page.url()).search).toBe('?c=clip-02')
  })

  test('a method that failed and a clip without videos are said', async () => {
    const page = await open('?c=clip-99')
    await page.locator('.notice', { hasText: 'No videos of this clip are published here.' }).waitFor()
    await page.locator('#values-caption').waitFor()
    expect(await page.locator('td.warn').textContent()).toContain('expected 14 frames, found 9')
    await page.keyboard.press('ArrowRight')
    await named(page, 'frame 1 (no picture)')
  })

  test('the link that is copied names the results it was made from', async () => {
    const page = await open('?c=clip-02&t=9', { permissions: ['clipboard-read', 'clipboard-write'] })
    await named(page, 'frame 9 of 13')
    await page.keyboard.press('c')
    await page.locator('[data-said]', { hasText: 'Copied: link' }).waitFor()
    const link = await page.evaluate(() => navigator.clipboard.readText())
    expect(link).toMatch(/\/clip\.html\?r=[0-9a-f]{8}&m=control,alpha,beta&c=clip-02&t=9$/)
    await page.goto(link)
    await named(page, 'frame 9 of 13')
    expect(await page.locator('.notice').count()).toBe(0)
  })

  test('a figure is a sheet of the chosen frames, and its caption says what it shows', async () => {
    const page = await open('?c=clip-02&t=5')
    await named(page, 'frame 5 of 13')
    await page.locator('[data-page=figure]').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('0, 99')
    await dialog.locator('[data-do=make]').click()
    await dialog.getByText('Expected frames from 0 to 13').waitFor()
    await dialog.getByRole('textbox').fill('0, 9')
    await dialog.locator('[data-do=make]').click()
    const image = dialog.locator('img')
    await image.waitFor()
    // Two frames of 192 pixels, four sides of 128, with names, numbers and a foot.
    const size = await image.evaluate(async (img: HTMLImageElement) => {
      await img.decode()
      return [img.naturalWidth, img.naturalHeight]
    })
    expect(size[0]).toBeGreaterThan(2 * 192)
    expect(size[1]).toBe(30 + 4 * (128 + 6) + 30)
    expect(await dialog.locator('pre').textContent()).toMatch(
      /^\\caption\{Clip clip-02 of .*, frames 0, 9 \(counted from 0\): Reference, Control, Alpha, Beta\. Previews, H\.264/,
    )
    await dialog.locator('[data-do=close]').click()
    await named(page, 'frame 5 of 13')
  })

  test('says what the reader without scripts can do', async () => {
    const page = await open('?c=clip-02', { javaScriptEnabled: false })
    expect(await page.locator('noscript').textContent()).toContain('needs scripts')
    expect(await page.locator('noscript a').first().getAttribute('href')).toMatch(/downloads\/.*\.parquet$/)
  })

  test.each([
    '?c=clip-02&t=3&m=beta&v=wipe&w=20',
    '?k=lpips&c=clip-03&t=13&m=control,static&z=4@10,90&on=control',
    ...(isFull
      ? ['?c=clip-02&t=9', '?c=clip-02&t=7&v=difference&g=2&z=2@60,40', '?c=clip-02&t=12&l=4-9&v=onion&s=0.5&on=tracks']
      : []),
  ])('%s gives the same picture whenever it is opened, and its address stays', async (query) => {
    const pictures: string[] = []
    for (let turn = 0; turn < 2; turn++) {
      const page = await open(query)
      await named(page, `frame ${/t=(\d+)/.exec(query)![1]} of 13`)
      // Tracks come after the pictures.
      if (query.includes('tracks')) await page.locator('.overlay').nth(2).waitFor()
      await page.waitForTimeout(150)
      pictures.push((await page.locator('.player').screenshot()).toString('base64'))
      await expect.poll(() => new URL(page.url()).search).toBe(query)
    }
    expect(pictures[1] === pictures[0]).toBe(true)
  })
})
