// The frame on screen is the frame that is named: videos whose frames carry their numbers, read off screenshots.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SiteServer, buildSite, serveSite } from '../../src/index.ts'
import { hasChromium, launchChromium } from './chromium.ts'
import { hasFfmpeg, writeFixtureResults } from '../fixture-results.ts'
import { type PlainServer, servePlainly } from './plain-server.ts'
import { type Sight, look, makeStampedVideo, stampLabel } from './stamped-video.ts'

const possible = hasChromium() && hasFfmpeg()
const full = process.env.KINEMETRIC_FULL === '1'
if (!full) console.warn('skipped: half of the stamped frames (KINEMETRIC_FULL=1 looks at all)')

const sides = ['reference', 'control', 'static', 'alpha', 'beta']
const frames = 14
/** What is unusual about each clip's last video. */
const clips = { whole: 'clip-01', shorter: 'clip-02', missing: 'clip-03', slow: 'clip-04' } as const
const lastVideo = (clip: string) => `interdyn-256x384/media/${clip}/beta.mp4`

const ways = ['a server without byte ranges', 'a server with byte ranges', 'file://'] as const
type Way = (typeof ways)[number]
type Clip = keyof typeof clips

/** Pictures that were looked at under a label that names a frame. */
let seen = 0

const coverWords = {
  shorter: /^This video ends at frame 8: it has 9 of 14 frames\.$/,
  missing: /^This video is missing/,
}

/** Under a label that names a frame, every picture is of that frame. */
function check(sight: Sight): void {
  if (sight.named === null) return
  const pictures = sight.tiles.filter((shown) => shown !== null)
  seen += pictures.length
  expect({ ...sight, pictures }).toEqual({ ...sight, pictures: pictures.map(() => sight.named) })
}

/** Each way with each clip; where not all are looked at, the other ways have one clip that is hard for them. A disk is never slow. */
function cases(): { way: Way; clip: Clip }[] {
  const all: Clip[] = ['whole', 'shorter', 'missing', 'slow']
  const hard: Record<Way, Clip[]> = {
    'a server without byte ranges': full ? all : ['whole', 'missing'],
    'a server with byte ranges': full ? ['whole', 'shorter', 'missing'] : ['missing'],
    'file://': full ? ['whole', 'shorter', 'missing'] : ['shorter'],
  }
  return ways.flatMap((way) => hard[way].map((clip) => ({ way, clip })))
}

describe.skipIf(!possible)('the frame on screen is the frame that is named', () => {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-stamped-test-'))
  const site = join(work, 'site')
  let browser: Browser
  let ranges: SiteServer
  let plain: PlainServer
  let reader: Page

  beforeAll(async () => {
    const results = join(work, 'results')
    await writeFixtureResults(results, { clips: 4 })
    for (const clip of Object.values(clips))
      for (const [at, side] of sides.entries())
        makeStampedVideo(
          join(results, 'interdyn-256x384', 'media', side, `${clip}.mp4`),
          clip === clips.shorter && side === 'beta' ? 9 : frames,
          at,
          // The control signal of a benchmark may come at another rate.
          side === 'control' ? 12 : 7,
        )
    await buildSite(results, site)
    rmSync(join(site, lastVideo(clips.missing)))
    ranges = await serveSite(site, { port: 0 })
    plain = await servePlainly(site, (path) => (path.endsWith(lastVideo(clips.slow)) ? 500 : 0))
    browser = await launchChromium()
    reader = await browser.newPage()
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await ranges?.close()
    await plain?.close()
    rmSync(work, { recursive: true, force: true })
  })

  function homeOf(way: Way): string {
    if (way === 'file://') return `${pathToFileURL(site).href}/`
    return way === 'a server with byte ranges' ? ranges.url : plain.url
  }

  async function open(way: Way, clip: Clip): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
    await page.addInitScript(stampLabel)
    const tiles = 'control,static,alpha,beta'
    await page.goto(`${homeOf(way)}interdyn-256x384/clip.html?c=${clips[clip]}&m=${tiles}`)
    return page
  }

  test.each(cases())('over $way, the last video $clip', async ({ way, clip }) => {
    const page = await open(way, clip)
    // From the first picture on, whatever has been loaded.
    for (let shot = 0; shot < 6; shot++) check(await look(page, reader))
    await settled(page, clip === 'missing' ? 4 : 5)
    const slider = page.locator('[data-scrub]')
    const unusual = page.locator('[data-player] figure', { hasText: 'Beta' })
    const names = await page.locator('[data-player] figcaption .name').allInnerTexts()
    for (const [at, frame] of order().entries()) {
      await slider.fill(String(frame))
      // Every second time at once, while it is on its way: then nothing may be named, or what is there.
      if (at % 2 === 1) check(await look(page, reader))
      await atFrame(page, frame)
      const sight = await look(page, reader)
      check(sight)
      expect(sight.named).toBe(frame)
      const covered = clip === 'missing' || (clip === 'shorter' && frame > 8)
      expect(sight.tiles.map((shown) => shown === null)).toEqual(names.map((name) => covered && name === 'Beta'))
      const said = await unusual.locator('.cover').textContent()
      expect(said).toMatch(covered ? coverWords[clip === 'shorter' ? 'shorter' : 'missing'] : /^$/)
    }
    await page.close()
  })

  test.each(ways)('while playing over %s', async (way) => {
    const page = await open(way, 'whole')
    await settled(page, 5)
    await page.keyboard.press(' ')
    const named = new Set<number | null>()
    const begun = performance.now()
    const least = full ? 4000 : 1500
    // A machine with much else to do takes seconds for a screenshot: until two frames were caught.
    for (let time = 0; time < least || (named.size < 3 && time < 30_000); time = performance.now() - begun) {
      const sight = await look(page, reader)
      check(sight)
      named.add(sight.named)
    }
    await page.keyboard.press(' ')
    named.delete(null)
    expect(named.size).toBeGreaterThan(1)
    await page.close()
  })

  test('two clips in turn, and back', async () => {
    const page = await open('a server without byte ranges', 'whole')
    await settled(page, 5)
    for (const name of ['clip-02', 'clip-01', 'clip-02']) {
      await page.keyboard.press(name === 'clip-02' ? 'n' : 'p')
      await page.waitForURL(new RegExp(`c=${name}(&|$)`))
      await page.keyboard.press('Home')
      await page.keyboard.press('ArrowRight')
      for (let shot = 0; shot < 4; shot++) check(await look(page, reader))
      await settled(page, 5)
      const sight = await look(page, reader)
      check(sight)
      expect(sight.named).toBe(1)
    }
    await page.close()
  })

  test.runIf(full)('at least 2,000 pictures were looked at', () => {
    console.info(`${seen} pictures under a label that names a frame`)
    expect(seen).toBeGreaterThanOrEqual(2000)
  })
})

/** Forward, backward, and 40 at random; a third of it where not all are looked at. */
function order(): number[] {
  const forward = Array.from({ length: frames }, (_, frame) => frame)
  let seed = 7
  const random = Array.from({ length: full ? 40 : 8 }, () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return Math.floor((seed / 2 ** 31) * frames)
  })
  const every = full ? 1 : 3
  const walk = [...forward, ...forward.toReversed()].filter((_, at) => at % every === every - 1)
  // A slider that stands where it is asked to go says nothing.
  return [...walk, ...random].filter((frame, at, all) => frame !== all[at - 1])
}

async function settled(page: Page, pictures: number): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      document.querySelectorAll('[data-player] figure:not([data-covered])').length === wanted &&
      document.querySelector<HTMLElement>('[data-player]')!.dataset.frame !== undefined,
    pictures,
  )
}

async function atFrame(page: Page, frame: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector<HTMLElement>('[data-player]')!.dataset.frame === String(wanted),
    frame,
  )
}
