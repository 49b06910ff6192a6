import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildSite } from '../../src/index.ts'
import { hasFfmpeg, writeFixtureResults } from '../fixture-results.ts'
import { hasChromium, launchChromium } from './chromium.ts'
import { type PlainServer, servePlainly } from './plain-server.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What axe finds of WCAG 2.2 AA and of what it calls best practice. */
const violations = `axe
  .run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(tags)} } })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 160)))`

const possible = hasChromium() && hasFfmpeg()

/** More states and themes. */
const isFull = process.env.KINEMETRIC_FULL === '1'

describe.skipIf(!possible)('the page of a clip', () => {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-clip-test-'))
  const site = join(work, 'site')
  let browser: Browser
  let server: PlainServer
  let page: Page | undefined
  let problems: string[] = []

  beforeAll(async () => {
    await writeFixtureResults(join(work, 'results'), { clips: 12 })
    await buildSite(join(work, 'results'), site)
    server = await servePlainly(site)
    browser = await launchChromium()
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await server?.close()
    rmSync(work, { recursive: true, force: true })
  })

  afterEach(async () => {
    await page?.context().close()
    page = undefined
    if (problems.length > 0) throw new Error(problems.join('\n'))
  })

  async function open(
    query: string,
    options: Parameters<Browser['newContext']>[0] = {},
    home = server.url,
  ): Promise<Page> {
    problems = []
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...options })
    page = await context.newPage()
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => problems.push(`page: ${error.message}`))
    await page.goto(`${home}interdyn-256x384/clip.html${query}`)
    return page
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
    expect(new URL(page.url()).search).toBe('?c=clip-02&t=10')
    expect(await page.title()).toContain('clip-02')
  })

  test('opens from disk as over http', async () => {
    const page = await open('?c=clip-02&t=9&v=wipe&w=25', {}, `${pathToFileURL(site).href}/`)
    await named(page, 'frame 9 of 13')
    await page.keyboard.press('End')
    await named(page, 'frame 13 of 13')
    expect(new URL(page.url()).search).toBe('?c=clip-02&t=13&v=wipe&w=25')
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
    expect(new URL(page.url()).searchParams.get('z')).toBe('4@50,50')
    await page.keyboard.press('z')
    await page.keyboard.press('2')
    expect(await page.locator('figcaption .name').allTextContents()).toEqual(['Reference', 'Beta'])
    await page.keyboard.press('2')
    expect(await page.locator('figcaption .name').allTextContents()).toEqual(['Reference', 'Control', 'Alpha', 'Beta'])
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog')
    expect(await dialog.locator('dt').count()).toBeGreaterThan(18)
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
    expect(new URL(page.url()).searchParams.get('l')).toBe('4-6')
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
    expect(new URL(page.url()).searchParams.get('t')).toBe('4')
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
    expect(new URL(page.url()).search).toBe('?c=clip-02&t=10')
  })

  test('walks the clips without loading the page anew, and Back returns', async () => {
    const page = await open('?c=clip-02&t=9&m=beta')
    await named(page, 'frame 9 of 13')
    await page.evaluate(() => Object.assign(globalThis, { stayed: true }))
    await page.keyboard.press('n')
    await page.locator('h1', { hasText: 'clip-03' }).waitFor()
    await named(page, 'frame 9 of 13')
    expect(new URL(page.url()).search).toBe('?c=clip-03&m=beta&t=9'.replace('c=clip-03&m=beta', 'm=beta&c=clip-03'))
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
    expect(new URL(page.url()).search).toMatch(/^\?k=psnr&a=beta&b=static&q=clip-1&o=ab&c=clip-1\d$/)
    expect(await page.locator('[aria-disabled]').textContent()).toBe('‹ previous')
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
    expect(new URL(page.url()).search).toBe('?c=clip-02')
  })

  test('a method that failed and a clip without videos are said', async () => {
    const page = await open('?c=clip-99')
    await page.locator('.notice', { hasText: 'No videos of this clip are published here.' }).waitFor()
    expect(await page.locator('#values-caption').isVisible()).toBe(true)
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
    expect(link).toMatch(/\/clip\.html\?r=[0-9a-f]{8}&c=clip-02&t=9$/)
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
      expect(new URL(page.url()).search).toBe(query)
      await page.context().close()
    }
    expect(pictures[1] === pictures[0]).toBe(true)
  })

  test.each([
    [1280, 'light'],
    [390, 'dark'],
    ...(isFull
      ? ([
          [1280, 'dark'],
          [390, 'light'],
        ] as const)
      : []),
  ] as const)('%i pixels, %s: no violation that axe knows, dialogs open too', async (width, colorScheme) => {
    const page = await open('?c=clip-02&t=9&on=tracks', {
      viewport: { width, height: 844 },
      colorScheme,
      bypassCSP: true,
    })
    await named(page, 'frame 9 of 13')
    await page.evaluate(axe)
    expect(await page.evaluate(violations)).toEqual([])
    await page.keyboard.press('?')
    expect(await page.evaluate(violations)).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('[data-page=figure]').click()
    expect(await page.evaluate(violations)).toEqual([])
  })

  test('stays small: what it loads at first, and its elements', async () => {
    const page = await open('?c=clip-02&t=9')
    await named(page, 'frame 9 of 13')
    const files = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    )
    const own = ['/interdyn-256x384/clip.html', ...files.filter((file) => file.startsWith('/assets/'))]
    expect(own.map((file) => statSync(join(site, file)).size).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(
      97_000,
    )
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThanOrEqual(400)
    // What makes figures comes when it is asked for.
    expect(own.filter((file) => file.includes('figure'))).toEqual([])
  })

  test('in forced colours the chosen sides, the playhead and the curves are seen', async () => {
    const page = await open('?c=clip-02&t=9', { forcedColors: 'active', colorScheme: 'dark' })
    await named(page, 'frame 9 of 13')
    const chips = await page
      .locator('.chip')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor))
    expect(new Set(chips).size).toBe(2)
    const ink = await page.locator('.curve-canvas').evaluate((canvas: HTMLCanvasElement) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })!
      copy.drawImage(canvas, 0, 0)
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
      // Light on black: how much of it can be seen.
      let seen = 0
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] > 128 && data[at] + data[at + 1] + data[at + 2] > 380) seen++
      return seen
    })
    expect(ink).toBeGreaterThan(1000)
  })

  test('prints the frame shown with its number', async () => {
    const page = await open('?c=clip-02&t=9')
    await named(page, 'frame 9 of 13')
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.bar output').isVisible()).toBe(true)
    expect(await page.locator('.still').count()).toBe(4)
    for (const still of await page.locator('.still').all()) expect(await still.isVisible()).toBe(true)
    expect(
      await page
        .locator('[data-action=play], .settings, .chips')
        .evaluateAll((all) => all.every((one) => !one.checkVisibility())),
    ).toBe(true)
  })

  test.each([
    { width: 390, height: 844 },
    { width: 320, height: 640 },
    { width: 640, height: 480 },
  ])('$width × $height: nothing is cut, pictures and bar are both in view, targets are large', async (viewport) => {
    const page = await open('?c=clip-02&t=9', { viewport })
    await named(page, 'frame 9 of 13')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width)
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter((one) => one.checkVisibility() && !one.closest('.table-scroll, .visually-hidden, .layer, dialog'))
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
        .map((one) => one.outerHTML.slice(0, 80)),
    )
    expect(cut).toEqual([])
    await page.locator('.stage').evaluate((stage) => scrollTo(0, stage.getBoundingClientRect().top + scrollY - 8))
    const boxes = await page.evaluate(() =>
      ['[data-side=reference] .screen', '.bar'].map((selector) => {
        const { top, bottom } = document.querySelector(selector)!.getBoundingClientRect()
        return { top, bottom }
      }),
    )
    expect(boxes[0].bottom).toBeLessThanOrEqual(boxes[1].top + 1)
    expect(boxes[1].bottom).toBeLessThanOrEqual(viewport.height + 1)
    const small = await page
      .locator('.bar button, .bar input')
      .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML))
    expect(small).toEqual([])
    const { contrastProblems, structureProblems } = await import('./page-checks.ts')
    expect(await page.evaluate(structureProblems)).toEqual([])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect({ colorScheme, found: await page.evaluate(contrastProblems) }).toEqual({ colorScheme, found: [] })
    }
  })
})

/** Until the label and the slider name that frame. */
async function named(page: Page, words: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      document.querySelector('[data-player] output')?.textContent === wanted &&
      document.querySelector('[data-scrub]')!.getAttribute('aria-valuetext')!.startsWith(wanted) &&
      document.querySelectorAll('figure[data-covered]').length === 0,
    words,
  )
}

function aspects(page: Page): Promise<number[]> {
  return page.locator('figure video').evaluateAll((all) =>
    all.map((one) => {
      const { width, height } = one.getBoundingClientRect()
      return width / height
    }),
  )
}

/**
 * Pictures whose square does not stand where that frame has it. Origin: the videos' own recipe (fixture-results.ts; its overlay counts frames from 1): it
 * stands at 8 + 12 (n + 1), Beta's at 8 + 11 (n + 1). H.264 may blur its edge by three pixels; a frame is 11 or 12.
 */
async function misplaced(page: Page, frame: number): Promise<string[]> {
  const places = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLVideoElement>('figure video')].map((video) => {
      const context = new OffscreenCanvas(video.videoWidth, 1).getContext('2d', { willReadFrequently: true })!
      // The row through the square's middle: where the brightness jumps up for the first time.
      context.drawImage(video, 0, -60)
      const row = context.getImageData(0, 0, video.videoWidth, 1).data
      for (let x = 1; x < video.videoWidth; x++) if (row[4 * x + 2] - row[4 * x - 2] > 25) return x
      return -1
    }),
  )
  const steps = [12, 12, 12, 11]
  return places.flatMap((place, at) =>
    Math.abs(place - (8 + steps[at] * (frame + 1))) <= 3 ? [] : [`picture ${at}: at ${place}`],
  )
}

/** The brightest channel of the pair's middle, from a screenshot. */
async function brightest(page: Page): Promise<number> {
  const box = (await page.locator('[data-pair=left] .screen').boundingBox())!
  // Below the names.
  const clip = { x: box.x, y: box.y + 40, width: box.width, height: box.height - 60 }
  const png = (await page.screenshot({ clip })).toString('base64')
  return page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (char) => char.charCodeAt(0))]))
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true })!
    context.drawImage(bitmap, 0, 0)
    const { data: pixels } = context.getImageData(0, 0, bitmap.width, bitmap.height)
    let most = 0
    for (let at = 0; at < pixels.length; at++) if (at % 4 !== 3) most = Math.max(most, pixels[at])
    return most
  }, png)
}
