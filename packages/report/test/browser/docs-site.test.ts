// The documentation in a browser: narrow and wide, light and dark, from a server and from disk.
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { madeOnce } from '../../../../test/made-once.ts'
import { axeViolations } from './axe.ts'
import { hasChromium } from './chromium.ts'
import { isFull } from './claims/open-page.ts'
import { OpenSite, useSite } from './open-site.ts'
import { contrastProblems, cutOff, smallTargets, structureProblems } from './page-checks.ts'

/** A page of each kind; every page in the full run. */
const some = [
  'index.html',
  'statistics.html',
  'own-clips.html',
  'commands/index.html',
  'commands/report.html',
  'metrics/fvd.html',
]

describe.skipIf(!hasChromium())('the documentation', () => {
  const site = useSite(async () => {
    const work = await madeOnce('docs-site', async (folder) => {
      const script = join(import.meta.dirname, '../../../../scripts/docs/build-docs.ts')
      const { status, stderr } = spawnSync(process.execPath, [script, join(folder, 'public', 'some', 'where')])
      if (status !== 0) throw new Error(String(stderr))
    })
    return OpenSite.shared(work, 'plain')
  })

  const hasPages = async (width: number, javaScriptEnabled = true) => {
    const page = await site.open('statistics.html', { viewport: { width, height: 844 }, javaScriptEnabled })
    return page.getByRole('link', { name: 'Graphics cards' }).first().isVisible()
  }

  test('is readable on every page: nothing cut, nothing that axe finds', async () => {
    const pages = isFull ? globSync('**/*.html', { cwd: site.folder }) : some
    for (const [at, path] of pages.entries())
      for (const width of isFull ? [390, 1280] : [[390, 1280][at % 2]]) {
        const colorScheme = at % 4 < 2 ? 'light' : 'dark'
        const page = await site.open(path, { viewport: { width, height: 844 }, colorScheme, bypassCSP: true })
        const found = {
          wide: await page.evaluate(() => document.documentElement.scrollWidth),
          cut: await page.evaluate(cutOff),
          axe: await axeViolations(page),
          contrast: await page.evaluate(contrastProblems),
          structure: await page.evaluate(structureProblems),
          small: width === 390 ? await page.evaluate(smallTargets) : [],
        }
        const nothing = { wide: width, cut: [], axe: [], contrast: [], structure: [], small: [] }
        expect({ path, ...found }).toEqual({ path, ...nothing })
      }
  }, 600_000)

  test('finds headings by words, and leads to them, also from disk', async () => {
    for (const base of [site.address, site.fileAddress]) {
      const page = await site.newPage()
      await page.goto(`${base}commands/score.html`)
      const field = page.getByRole('searchbox')
      await field.fill('videogpt fvd')
      expect(await page.getByRole('status').first().textContent()).toMatch(/^\d+ found$/)
      expect(await page.locator('#found a').first().textContent()).toContain('fvd:')
      await field.fill('fvd')
      expect(await page.locator('#found a').allTextContents()).toEqual(
        expect.arrayContaining(['Which FVD?', expect.stringMatching(/^Fréchet video distance/)]),
      )
      expect(await page.locator('#found a').first().textContent()).toMatch(/^(Which FVD\?|F[^:]*FVD.*)$/)
      await field.press('Escape')
      expect(await page.locator('#found').isVisible()).toBe(false)
      await field.fill('fvd:videogpt')
      await field.press('Enter')
      await page.waitForURL('**/metrics/fvd.html#videogpt')
      expect(await page.locator('h2#videogpt').isVisible()).toBe(true)
    }
  })

  test('gives its code to the clipboard as it stands there', async () => {
    const page = await site.open('commands/score.html', { permissions: ['clipboard-read', 'clipboard-write'] })
    const block = page.locator('.command').first()
    await block.getByRole('button').click()
    await block.getByText('Copied').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await block.locator('pre').textContent())
  })

  test('has its list of pages folded on a phone, beside the text where there is room, and there without scripts', async () => {
    expect([await hasPages(390), await hasPages(1280), await hasPages(390, false)]).toEqual([false, true, true])
  })
})
