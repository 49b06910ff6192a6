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
  const clip = 'interdyn-256x384/clip.html?c=clip-02'

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
      const page = await open('interdyn-256x384/methods/alpha.html', { colorScheme })
      const colours = await page.evaluate(() => {
        const line = document.querySelector('svg.chart .mark-line path')!
        const text = document.querySelector('svg.chart .tick')!
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
    const page = await open(`${pathToFileURL(built).href}/${path}`)
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(252, 251, 248)')
    expect(await page.locator('[data-theme-toggle]').isVisible()).toBe(true)
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
    await page.locator('table').first().waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.settings').isVisible()).toBe(false)
    expect(await page.locator('table').first().isVisible()).toBe(true)
  })
})

function paper(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor)
}
