import { expect, test, describe } from 'vitest'
import { hasFfmpeg } from '../../fixture-results.ts'
import { hasChromium } from '../chromium.ts'
import { useSite } from '../open-site.ts'
import { smallSite, protocol } from '../small-site.ts'
import type { Page } from 'playwright-core'
import { named, aspects, misplaced, brightest } from './player-checks.ts'

const possible = hasChromium() && hasFfmpeg()

describe.skipIf(!possible)('the player of a clip’s page', () => {
  const site = useSite(() => smallSite('plain'))

  function open(query: string, options?: Parameters<typeof site.open>[1]): Promise<Page> {
    return site.open(`${protocol}/clip.html${query}`, { viewport: { width: 1280, height: 1000 }, ...options })
  }

  test('opens at the frame that its address names, with the reference and methods, and → steps without a click', async () => {
    const page = await open('?c=clip-02&t=9')
    await named(page, 'frame 9 of 13')
    expect(await page.locator('h1').textContent()).toBe('Clip clip-02')
    expect(await page.locator('.lede').textContent()).toBe('“A driver hits 2 boxes”')
    expect(await page.locator('figcaption .name').allTextContents()).toEqual(['Reference', 'Control', 'Alpha', 'Beta'])
    for (const aspect of await aspects(page)) expect(aspect).toBeCloseTo(192 / 128, 2)
    expect(await misplaced(page, 9)).toEqual([])
    await page.keyboard.press('ArrowRight')
    await named(page, 'frame 10 of 13')
    expect(await misplaced(page, 10)).toEqual([])
    await expect.poll(() => new URL(page.url()).search).toBe('?c=clip-02&t=10')
    expect(await page.title()).toContain('clip-02')
  })

  test('opens from disk as over http', async () => {
    const page = await site.open(`${site.fileAddress}${protocol}/clip.html?c=clip-02&t=9&v=wipe&w=25`)
    await named(page, 'frame 9 of 13')
    await page.keyboard.press('End')
    await named(page, 'frame 13 of 13')
    await expect.poll(() => new URL(page.url()).search).toBe('?c=clip-02&t=13&v=wipe&w=25')
  })

  test('is driven by keys, all of them in the dialog of ?', async () => {
    const page = await open('?c=clip-02')
    await named(page, 'frame 0 of 13')
    const after = async (key: string, words: string) => {
      await page.keyboard.press(key)
      await named(page, words)
    }
    await after('.', 'frame 1 of 13')
    await after(',', 'frame 0 of 13')
    await after('Shift+ArrowRight', 'frame 8 of 13')
    await after('Shift+ArrowLeft', 'frame 0 of 13')
    await after('End', 'frame 13 of 13')
    await after('Home', 'frame 0 of 13')
    await page.keyboard.press(']')
    expect(await page.locator('[data-set=speed]').inputValue()).toBe('2')
    for (const [key, view] of [
      ['w', 'wipe'],
      ['d', 'difference'],
      ['o', 'onion'],
      ['s', 'side'],
    ]) {
      await page.keyboard.press(key)
      expect(await page.locator('.stage').getAttribute('data-view')).toBe(view)
    }
    await page.keyboard.press('z')
    await page.keyboard.press('z')
    await expect.poll(() => new URL(page.url()).searchParams.get('z')).toBe('4@50,50')
    await page.keyboard.press('z')
    await page.keyboard.press('2')
    expect(await page.locator('figcaption .name').allTextContents()).toEqual(['Reference', 'Beta'])
    await page.keyboard.press('2')
    expect(await page.locator('figcaption .name').allTextContents()).toEqual(['Reference', 'Control', 'Alpha', 'Beta'])
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    expect(await dialog.locator('dt').count()).toBeGreaterThan(18)
    for (const does of await dialog.locator('dd').allTextContents()) expect(does).not.toBe('')
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
    // Switched off in the dialog, keys do nothing more.
    await page.keyboard.press('?')
    await dialog.getByRole('checkbox').uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('End')
    await page.waitForTimeout(200)
    expect(await page.locator('[data-scrub]').getAttribute('aria-valuetext')).toContain('frame 0 of 13')
  })

  test('plays a loop from here to here, and skips in all together', async () => {
    const page = await open('?c=clip-02&t=4')
    await named(page, 'frame 4 of 13')
    await page.keyboard.press('l')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await named(page, 'frame 6 of 13')
    await page.keyboard.press('l')
    await expect.poll(() => new URL(page.url()).searchParams.get('l')).toBe('4-6')
    await page.keyboard.press(' ')
    const seen = await page.evaluate(async () => {
      const seen = new Set<string>()
      const end = performance.now() + 2500
      while (performance.now() < end) {
        await new Promise(requestAnimationFrame)
        const shown = document.querySelector<HTMLElement>('[data-player]')!.dataset.frame
        if (shown !== undefined) seen.add(shown)
      }
      return [...seen]
    })
    await page.keyboard.press(' ')
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.toSorted()).toEqual(seen.filter((frame) => ['4', '5', '6'].includes(frame)).toSorted())
  })

  test('who wants less motion gets the clip once', async () => {
    const page = await open('?c=clip-02&t=11', { reducedMotion: 'reduce' })
    await named(page, 'frame 11 of 13')
    await page.waitForTimeout(500)
    expect(await page.locator('[data-scrub]').getAttribute('aria-valuetext')).toContain('frame 11 of 13')
    await page.keyboard.press(' ')
    await named(page, 'frame 13 of 13')
    await page.locator('[data-action=play]', { hasText: 'Play' }).waitFor()
    expect(await page.locator('[data-scrub]').getAttribute('aria-valuetext')).toContain('frame 13 of 13')
  })

  test('difference of a side with itself is black, of others it is not; wipe shows both', async () => {
    // Alpha's square stands where the reference's does (fixture-results.ts), Beta's does not.
    const page = await open('?c=clip-02&t=9&m=alpha&v=difference&g=8')
    await named(page, 'frame 9 of 13')
    expect(await brightest(page)).toBeLessThan(25)
    await page.goto(page.url().replace('m=alpha', 'm=beta'))
    await named(page, 'frame 9 of 13')
    expect(await brightest(page)).toBeGreaterThan(200)
    expect(await page.locator('[data-view-note]').isVisible()).toBe(true)
    expect(await page.locator('.pair-names span').allTextContents()).toEqual(['Beta', 'Reference'])
  })

  test('says values by word: captions, valuetext, status, curve and table', async () => {
    const page = await open('?c=clip-02&t=9&k=lpips')
    await named(page, 'frame 9 of 13')
    const text = await page.locator('[data-scrub]').getAttribute('aria-valuetext')
    expect(text).toMatch(/^frame 9 of 13, LPIPS Alpha 0\.\d{4}, Beta 0\.\d{4}$/)
    const alpha = /Alpha (0\.\d+)/.exec(text!)![1]
    expect(await page.locator('figure', { hasText: 'Alpha' }).locator('.value').textContent()).toBe(`LPIPS ${alpha}`)
    expect(await page.locator('.curve-values').textContent()).toContain(`LPIPS at frame 9: Alpha ${alpha} · clip 0.`)
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() =>
      document.querySelector('[data-announce]')!.textContent.startsWith('frame 10 of 13, LPIPS Alpha'),
    )
    await page.locator('summary', { hasText: 'Values of each frame' }).click()
    expect(await page.locator('.frame-values tbody tr').count()).toBe(14)
    expect(await page.locator('.frame-values tr[data-now] th').textContent()).toBe('10')
    // Frame 0 is not scored.
    expect(await page.locator('.frame-values tbody tr').first().locator('td').allTextContents()).toEqual([
      'none',
      'none',
      'none',
    ])
    await page.locator('[data-metric]').selectOption('psnr')
    expect(await page.locator('figure', { hasText: 'Alpha' }).locator('.value').textContent()).toMatch(
      /^PSNR 1\d\.\d{3}$/,
    )
  })

  test('a click in the curve shows that frame', async () => {
    const page = await open('?c=clip-02')
    await named(page, 'frame 0 of 13')
    const curve = page.locator('.curve-canvas')
    await curve.scrollIntoViewIfNeeded()
    const box = (await curve.boundingBox())!
    // Frame 4 between the canvas's own edges (curve-canvas.ts: 52 pixels on the left, 14 on the right).
    await page.mouse.click(box.x + 52 + ((box.width - 66) * 4) / 13, box.y + 60)
    await named(page, 'frame 4 of 13')
    await expect.poll(() => new URL(page.url()).searchParams.get('t')).toBe('4')
  })

  test('draws tracks only when asked, at the frame shown, and joins a point with its partner on hover', async () => {
    const page = await open('?c=clip-02&t=10')
    await named(page, 'frame 10 of 13')
    expect(await page.locator('.overlay').count()).toBe(0)
    await page.keyboard.press('t')
    const overlay = page.locator('[data-side=beta] .overlay')
    await overlay.waitFor()
    const ink = (x: number, y: number) =>
      overlay.evaluate(
        (canvas: HTMLCanvasElement, place) => {
          const scale = canvas.width / 192
          const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
          copy.drawImage(canvas, -Math.round((place.x + 0.5) * scale), -Math.round((place.y + 0.5) * scale))
          return copy.getImageData(0, 0, 1, 1).data[3]
        },
        { x, y },
      )
    // Fixture: Beta's first point starts at (10, 44) and moves 12 × 1.1 pixels a frame; its tail reaches back eight frames.
    expect(await ink(142, 44)).toBeGreaterThan(230)
    expect(await ink(100, 44)).toBeGreaterThan(150)
    expect(await ink(20, 44)).toBe(0)
    // Between the point and where it is in the reference, at 130.
    expect(await ink(136, 40)).toBe(0)
    const box = (await page.locator('[data-side=beta] video').boundingBox())!
    await page.mouse.move(box.x + (142.5 / 192) * box.width, box.y + (44.5 / 128) * box.height)
    await page.waitForFunction(() => document.querySelector<HTMLElement>('.stage')!.dataset.point === '0')
    await page.keyboard.press('t')
    expect(await ink(142, 44)).toBe(0)
    await expect.poll(() => new URL(page.url()).search).toBe('?c=clip-02&t=10')
  })
})
