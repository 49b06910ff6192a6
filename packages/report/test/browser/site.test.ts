import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type SiteServer, buildSite, serveSite } from '../../src/index.ts'
import { hasChromium, launchChromium } from './chromium.ts'
import { hasFfmpeg, writeFixtureResults } from '../fixture-results.ts'
import { claim } from '../fixtures.ts'

const possible = hasChromium() && hasFfmpeg()

describe.skipIf(!possible)('in Chromium', () => {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-browser-test-'))
  const built = join(work, 'public', 'some', 'where')
  let browser: Browser
  let server: SiteServer
  let problems: string[] = []
  let page: Page | undefined

  beforeAll(async () => {
    const results = join(work, 'results')
    await writeFixtureResults(results, { clips: 12 })
    writeFileSync(join(results, 'claims.json'), JSON.stringify(claim('interdyn', { psnr: 19.04, kid: 0.004 })))
    await buildSite(results, join(work, 'site'))
    // Served from a sub-folder of a plain server that knows nothing of it: base path and relative links at once.
    mkdirSync(join(work, 'public', 'some'), { recursive: true })
    renameSync(join(work, 'site'), built)
    writeFileSync(join(work, 'public', 'kinemetric-site.json'), '{}')
    server = await serveSite(join(work, 'public'), { port: 0 })
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
    // A test whose page had an error, a warning or a request to elsewhere fails, whatever else it found.
    if (problems.length > 0) throw new Error(problems.join('\n'))
  })

  async function open(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    problems = []
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
    page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => problems.push(`page: ${error.message}`))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(`${server.url}some/where/`) && !/^(data|file|blob):/.test(url))
        problems.push(`request outside the site: ${url}`)
    })
    page.on('requestfailed', (request) => {
      // A video that is seeked drops the request it was reading.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') problems.push(`failed: ${request.url()}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`)
    })
    await page.goto(path.startsWith('file:') ? path : `${server.url}some/where/${path}`, { waitUntil: 'load' })
    return page
  }

  const board = 'interdyn-256x384/index.html'
  const clip = 'interdyn-256x384/clips/clip-02.html'

  describe('a clip', () => {
    test('shows all videos at the frame that is scrubbed to', async () => {
      const page = await open(clip)
      await ready(page)
      expect(await page.locator('video').count()).toBe(5)
      for (const frame of [3, 13, 0, 7]) {
        await page.locator('input[type=range]').fill(String(frame))
        await atFrame(page, frame)
        for (const place of await shown(page)) expect(place).toBeCloseTo(frame + 0.5, 1)
      }
      expect(await page.locator('output').textContent()).toBe('frame 7 of 13')
    })

    test('plays them in lockstep: never more than a frame apart, and past the end from the start', async () => {
      const page = await open(clip)
      await ready(page)
      await page.locator('[data-action=speed]').selectOption('2')
      await page.locator('[data-action=play]').click()
      const samples = await page.evaluate(async () => {
        const videos = [...document.querySelectorAll('video')]
        const samples: { frame: number; spread: number }[] = []
        // Until it has begun again twice, however slowly this machine plays.
        for (let wraps = 0; wraps < 2;) {
          await new Promise(requestAnimationFrame)
          const frames = videos.map((video) => Math.floor((video.currentTime / video.duration) * 14))
          if (samples.length > 0 && frames[0] < samples.at(-1)!.frame) wraps++
          samples.push({ frame: frames[0], spread: Math.max(...frames) - Math.min(...frames) })
        }
        return samples
      })
      const changes = samples.filter(({ frame }, index) => index > 0 && frame !== samples[index - 1].frame)
      expect(changes.length).toBeGreaterThan(4)
      // currentTime of a seek is set at once on all of them, so the spread is what a reader could see at worst.
      expect(Math.max(...samples.map(({ spread }) => spread))).toBeLessThanOrEqual(1)
      await page.locator('[data-action=play]').click()
      expect(await page.locator('[data-action=play]').textContent()).toBe('Play')
      const [first, ...others] = await shown(page)
      for (const other of others) expect(Math.abs(other - first)).toBeLessThanOrEqual(1)
    })

    test('really shows the same frame: the square of the pictures is where the frame number puts it', async () => {
      const page = await open(clip)
      await ready(page)
      await page.locator('input[type=range]').fill('9')
      await atFrame(page, 9)
      const places = await page.evaluate(() =>
        [...document.querySelectorAll('video')].map((video) => {
          const canvas = document.createElement('canvas')
          canvas.width = video.videoWidth
          canvas.height = video.videoHeight
          const context = canvas.getContext('2d')!
          context.drawImage(video, 0, 0)
          // The row through the square's middle: where the brightness jumps up for the first time.
          const row = context.getImageData(0, 60, canvas.width, 1).data
          for (let x = 1; x < canvas.width; x++) if (row[4 * x + 2] - row[4 * x - 2] > 25) return x
          return -1
        }),
      )
      // Origin: the videos' own recipe (fixture-results.ts; its overlay counts frames from 1): 8 + 12(n + 1), 11(n + 1) for beta, 8 for static.
      // Tolerance: H.264 blurs an edge by a pixel or two; a frame is 11 or 12.
      const expected = [128, 128, 128, 118, 8]
      for (const [index, place] of places.entries()) expect(Math.abs(place - expected[index])).toBeLessThanOrEqual(3)
    })

    test('is driven by keys: play, step, ends, speed, tracks', async () => {
      const page = await open(clip)
      await ready(page)
      await page.keyboard.press('End')
      await atFrame(page, 13)
      await page.keyboard.press('ArrowLeft')
      await atFrame(page, 12)
      await page.keyboard.press('Home')
      await atFrame(page, 0)
      await page.keyboard.press('ArrowRight')
      await atFrame(page, 1)
      await page.keyboard.press(']')
      expect(await page.locator('[data-action=speed]').inputValue()).toBe('2')
      expect(await page.locator('.overlay').first().getAttribute('data-frame')).toBe('')
      await page.keyboard.press('t')
      expect(await page.locator('.overlay').first().getAttribute('data-frame')).toBe('1')
      await page.keyboard.press(' ')
      expect(await page.locator('[data-action=play]').textContent()).toBe('Pause')
      await page.keyboard.press(' ')
      expect(await page.locator('[data-action=play]').textContent()).toBe('Play')
      await page.locator('[data-action=forward]').focus()
      const before = Number(await page.locator('[data-player]').getAttribute('data-frame'))
      await page.keyboard.press('Space')
      await atFrame(page, Math.min(13, before + 1))
    })

    test('moves the playhead of every curve along, and a click in a curve shows that frame', async () => {
      const page = await open(clip)
      await ready(page)
      await page.locator('input[type=range]').fill('10')
      await atFrame(page, 10)
      const figures = page.locator('.curve')
      expect(await figures.count()).toBe(3)
      for (const figure of await figures.all()) {
        const step = Number(await figure.getAttribute('data-step'))
        const transform = await figure.locator('.playhead').getAttribute('transform')
        expect(Number(/\(([\d.]+)/.exec(transform!)![1])).toBeCloseTo(10 * step, 3)
        // A point of frame 10 lies on the line.
        const line = (await figure.locator('.playhead').boundingBox())!
        const centres = await figure
          .locator('path[aria-label], .mark-symbol path')
          .evaluateAll((marks) => marks.map((mark) => mark.getBoundingClientRect()).map((box) => box.x + box.width / 2))
        expect(Math.min(...centres.map((x) => Math.abs(x - (line.x + line.width / 2))))).toBeLessThan(1.5)
      }
      await figures.nth(1).locator('svg').scrollIntoViewIfNeeded()
      await page.evaluate(() => scrollBy(0, 150))
      const box = (await figures.nth(1).locator('svg').boundingBox())!
      const left = Number(await figures.nth(1).getAttribute('data-left'))
      const step = Number(await figures.nth(1).getAttribute('data-step'))
      const width = await figures
        .nth(1)
        .locator('svg')
        .evaluate((svg: SVGSVGElement) => svg.viewBox.baseVal.width)
      await page.mouse.click(box.x + ((left + 4 * step) / width) * box.width, box.y + box.height / 2)
      await atFrame(page, 4)
    })

    test('draws tracklets over the videos only when asked, at the frame shown, hidden points hollow', async () => {
      const page = await open(clip)
      await ready(page)
      await page.locator('input[type=range]').fill('10')
      await atFrame(page, 10)
      const overlays = page.locator('.overlay')
      expect(await overlays.count()).toBe(4)
      const inkAt = (x: number, y: number) =>
        overlays.first().evaluate(
          (canvas: HTMLCanvasElement, place) => {
            const scale = canvas.width / 192
            const [px, py] = [(place.x + 0.5) * scale, (place.y + 0.5) * scale]
            const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
            copy.drawImage(canvas, -Math.round(px), -Math.round(py))
            return [...copy.getImageData(0, 0, 1, 1).data]
          },
          { x, y },
        )
      // Fixture: the fifth point, drawn over the tails of its row, starts at (32, 44) and moves 12 pixels a frame.
      expect((await inkAt(152, 44))[3]).toBe(0)
      await page.locator('[data-action=tracks]').check()
      const [red, green, blue, alpha] = await inkAt(152, 44)
      expect(alpha).toBeGreaterThan(240)
      // hsl(60 90% 60%), by where it started.
      expect(red).toBeGreaterThan(200)
      expect(green).toBeGreaterThan(200)
      expect(blue).toBeLessThan(90)
      // Its tail reaches back 8 frames: to frame 2, not to frame 0.
      expect((await inkAt(50, 44))[3]).toBeGreaterThan(0)
      expect((await inkAt(16, 44))[3]).toBe(0)
      // Point 3, at 26.5 pixels in the same row, is hidden from frame 9 on: a ring with nothing but its tail in it.
      const hidden = await inkAt(26.5 + 120, 44)
      expect(hidden[3]).toBeLessThan(255)
      await page.locator('[data-action=tracks]').uncheck()
      expect((await inkAt(152, 44))[3]).toBe(0)
    })
  })

  describe('themes', () => {
    test('follow the system, and the reader’s choice across pages', async () => {
      const dark = await open('index.html', { colorScheme: 'dark' })
      expect(await paper(dark)).toBe('rgb(21, 23, 26)')
      await dark.locator('[data-theme-toggle]').click()
      expect(await paper(dark)).toBe('rgb(252, 251, 248)')
      await dark.goto(`${server.url}some/where/${board}`)
      expect(await paper(dark)).toBe('rgb(252, 251, 248)')
      expect(await dark.locator('[data-theme-toggle]').textContent()).toBe('Dark theme')
    })

    test.each(['light', 'dark'] as const)('charts are drawn in the colours of the %s theme', async (colorScheme) => {
      const page = await open(clip, { colorScheme })
      const colours = await page.evaluate(() => {
        const line = document.querySelector('svg.chart .mark-line path')!
        const text = document.querySelector('svg.chart text')!
        const probe = document.body.appendChild(document.createElement('i'))
        const of = (name: string) => {
          probe.style.color = `var(${name})`
          return getComputedStyle(probe).color
        }
        return {
          line: getComputedStyle(line).stroke,
          series: of('--series-1'),
          text: getComputedStyle(text).fill,
          ink: of('--ink-2'),
        }
      })
      expect(colours.line).toBe(colours.series)
      expect(colours.text).toBe(colours.ink)
    })
  })

  const everyPage = [
    'index.html',
    board,
    'interdyn-256x384/methods/alpha.html',
    'interdyn-256x384/clips.html',
    clip,
    'interdyn-256x384/provenance.html',
  ]

  test.each(everyPage)('%s opens from disk, styled, with its charts', async (path) => {
    const page = await open(pathToFileURL(join(built, path)).href)
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(252, 251, 248)')
    expect(await page.locator('[data-theme-toggle]').isVisible()).toBe(true)
    if (path === clip) {
      await page.keyboard.press('End')
      await page.waitForFunction(() => document.querySelector('video')!.currentTime > 1.5)
    }
  })

  test.each(everyPage)('%s fits a phone and both themes’ contrast', async (path) => {
    const { contrastProblems, structureProblems } = await import('./page-checks.ts')
    const page = await open(path, { viewport: { width: 360, height: 740 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    expect(await page.evaluate(structureProblems)).toEqual([])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect({ colorScheme, problems: await page.evaluate(contrastProblems) }).toEqual({ colorScheme, problems: [] })
    }
  })

  test('the skip link is the first thing that Tab reaches, and it leads to the content', async () => {
    const page = await open(board)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  })

  test('printed, controls are gone and tables are not', async () => {
    const page = await open(clip)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.controls').isVisible()).toBe(false)
    expect(await page.locator('table').first().isVisible()).toBe(true)
  })
})

/** The frame that each video shows, from its time: seeks go to the middle of a frame. */
function shown(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('video')].map((video) => (video.currentTime / video.duration) * 14),
  )
}

async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video')].every((video) => video.readyState >= 2 && !video.seeking),
  )
}

async function atFrame(page: Page, frame: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector<HTMLElement>('[data-player]')!.dataset.frame === String(wanted),
    frame,
  )
}

function paper(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor)
}
