import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { serveSite, type SiteServer } from '../../src/index.ts'
import type { GoingRun } from '../../src/site-serve/live-words.ts'
import { fixtureMethods, hasFfmpeg, writeFixtureResults } from '../fixture-results.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const [still, alpha, beta] = fixtureMethods
const longEnough = { timeout: 120_000 }

describe.skipIf(!hasChromium() || !hasFfmpeg())('pages of results that grow', () => {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-live-page-test-'))
  const results = join(work, 'results')
  let runs: GoingRun[] = []
  let browser: Browser
  let server: SiteServer
  const pages: Page[] = []
  let problems: string[] = []

  beforeAll(async () => {
    mkdirSync(results)
    server = await serveSite(results, { port: 0, runs: () => Promise.resolve(runs) })
    browser = await launchChromium()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    rmSync(work, { recursive: true, force: true })
  })
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close()
    const found = problems
    problems = []
    if (found.length > 0) throw new Error(found.join('\n'))
  })

  const open = async (path: string, width = 1280): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width, height: 844 } })
    pages.push(page)
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) problems.push(request.url())
    })
    await page.goto(server.url + path)
    return page
  }

  test('an open page tells of a run, shows its record when that appears, and a page in use is left until its reader asks', async () => {
    const front = await open('')
    await front.getByText('No results here yet.').waitFor()
    expect(await front.locator('.live').isVisible()).toBe(false)
    runs = [
      {
        protocol: 'p',
        method: 'x',
        name: '<i>X</i>',
        measured: 14,
        failed: 2,
        total: 29,
        areClips: true,
        isAtWork: true,
      },
    ]
    await front.getByText('<i>X</i>: 14 of 29 clips measured, 2 of them failed').waitFor(longEnough)
    expect(await front.getByText('Being measured, no scores yet:').isVisible()).toBe(true)
    runs = [{ ...runs[0], measured: 15 }]
    await front.getByText('15 of 29 clips measured').waitFor(longEnough)

    await writeFixtureResults(results, { clips: 2, methods: [still, alpha] })
    runs = []
    // Nobody pressed anything on it: it shows the results by itself.
    await front.getByRole('link', { name: 'Leaderboard' }).waitFor(longEnough)
    await front.locator('.live').waitFor({ ...longEnough, state: 'hidden' })

    const clip = await open('interdyn-256x384/clip.html?c=clip-01&t=5')
    await clip.getByText('frame 5 of 13').first().waitFor(longEnough)
    await clip.keyboard.press('ArrowRight')
    await clip.getByText('frame 6 of 13').first().waitFor(longEnough)
    const board = await open('interdyn-256x384/index.html?cols=motion#comparisons', 390)
    const untouched = await open('interdyn-256x384/methods/alpha.html')
    await board.keyboard.press('Tab')
    await writeFixtureResults(results, { clips: 2, methods: [still, alpha, beta] })

    for (const page of [clip, board]) {
      await page.getByText('The results changed since this page was made.').waitFor(longEnough)
      // The bar fits, and nothing is torn away.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(page.viewportSize()!.width)
    }
    await expect.poll(() => untouched.locator('main').textContent(), longEnough).toContain('Beta')
    expect(await clip.getByText('frame 6 of 13').first().isVisible()).toBe(true)
    expect(await board.locator('main').textContent()).not.toContain('Beta')
    // What the page of a clip still wants comes from the build that it is of.
    await clip.keyboard.press('ArrowRight')
    await clip.getByText('frame 7 of 13').first().waitFor(longEnough)
    const { href } = await board.evaluate(() => ({ href: location.href }))
    await board.getByRole('button', { name: 'Show them' }).click()
    await expect.poll(() => board.locator('main').textContent(), longEnough).toContain('Beta')
    expect(await board.evaluate(() => location.href)).toBe(href)
    const address = await clip.evaluate(() => location.href)
    expect(address).toContain('t=7')
    await clip.getByRole('button', { name: 'Show them' }).click()
    await clip.locator('.live').waitFor({ ...longEnough, state: 'hidden' })
    await clip.getByText('frame 7 of 13').first().waitFor(longEnough)
    expect(await clip.evaluate(() => location.href)).toBe(address)
  }, 400_000)
})
