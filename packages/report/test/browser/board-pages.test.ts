import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readComparisons, readRecords } from '@kinemetric/records'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { renderTable, type TableFormat } from '../../src/index.ts'
import { hasFfmpeg } from '../fixture-results.ts'
import { hasChromium } from './chromium.ts'
import { useSite } from './open-site.ts'
import { smallSite } from './small-site.ts'

const board = 'interdyn-256x384/index.html'
const compare = 'interdyn-256x384/compare.html'

describe.skipIf(!hasChromium() || !hasFfmpeg())('pages that decide and cite', () => {
  const site = useSite(smallSite)

  describe('the leaderboard', () => {
    test('says first, in a sentence a family, who is not told from the best', async () => {
      const page = await site.open(board, { javaScriptEnabled: false })
      expect(await page.locator('.sentences dd').allTextContents()).toEqual([
        'PSNR, LPIPS: Beta is separated from Alpha; SSIM: these two methods cannot be told apart.',
        'Not compared (Motion fidelity).',
        'These two methods cannot be told apart (not resolved at n = 8) (FVD).',
      ])
    })

    test('has all families below one another without scripts, and one at a time with them', async () => {
      const still = await site.open(board, { javaScriptEnabled: false })
      expect(await visible(still, '.family')).toBe(3)
      expect(await still.locator('[data-board-tools]').isVisible()).toBe(false)
      const page = await site.open(board)
      expect(await visible(page, '.family')).toBe(1)
      await page.getByRole('button', { name: 'Motion', exact: true }).click()
      expect(await page.locator('.family:visible h2').textContent()).toBe('Motion')
      await expect.poll(() => new URL(page.url()).search).toBe('?cols=motion')
      await page.getByRole('button', { name: 'All', exact: true }).click()
      expect(await visible(page, '.family')).toBe(3)
    })

    test('is ordered by a head: best first, then turned, then as it came', async () => {
      const page = await site.open(board)
      const head = page.locator('thead th', { hasText: 'LPIPS' }).first()
      const came = await names(page)
      expect(came).toEqual(['Beta', 'Alpha', 'Static (frame 0 repeated)'])
      await head.locator('.sort').click()
      expect(await names(page)).toEqual(['Beta', 'Alpha', 'Static (frame 0 repeated)'])
      expect(await head.getAttribute('aria-sort')).toBe('ascending')
      await page.keyboard.press('Enter')
      // Baselines stay below their rule, whichever way.
      expect(await names(page)).toEqual(['Alpha', 'Beta', 'Static (frame 0 repeated)'])
      expect(await head.getAttribute('aria-sort')).toBe('descending')
      expect(await page.locator('#interdyn-256x384-announce').textContent()).toBe('Sorted by LPIPS, descending')
      await expect.poll(() => new URL(page.url()).search).toBe('?sort=-lpips')
      await page.keyboard.press('Space')
      expect(await names(page)).toEqual(came)
      expect(await page.locator('th[aria-sort]').count()).toBe(0)
      await expect.poll(() => new URL(page.url()).search).toBe('')
    })

    test('marks layers, shows ranks as a bar with its text, and keeps trivial baselines apart, also for those who do not see it', async () => {
      const page = await site.open(board)
      const row = (name: string) => page.locator('tbody tr', { hasText: name }).first()
      expect(await row('Beta').locator('td.bold').count()).toBe(2)
      expect(await row('Alpha').locator('td.underline').count()).toBe(2)
      expect(told(await row('Beta').locator('td.bold .rank').first().innerText())).toBe(
        'rank 1 of 2, not separated from the best',
      )
      expect((await row('Alpha').locator('.rank').allInnerTexts()).map(told)).toEqual([
        'rank 2 of 2, next layer',
        'rank 1–2 of 2',
        'rank 2 of 2, next layer',
      ])
      expect(await row('Alpha').locator('.rank-bar').count()).toBe(3)
      expect(await row('Static').locator('td.bold, td.underline, .rank').count()).toBe(0)
      expect(await row('Static').locator('.remark').first().textContent()).toBe('trivial')
      const foot = await page.locator('.foot').first().locator('li').allTextContents()
      expect(foot.at(-1)).toMatch(/^Bold: not separated from the best; underlined: next layer/)
      expect(await page.locator('.family').first().textContent()).toContain(
        'SSIM: these two methods cannot be told apart at n = 8',
      )
    })

    test('has its address, with the results that it is of, at the foot while it is printed', async () => {
      const page = await site.open(`${board}?cols=motion`)
      const foot = page.locator('.site-foot')
      const before = await foot.textContent()
      await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
      const digest = await page.evaluate(() => document.documentElement.dataset.board!.slice(0, 8))
      expect(await foot.locator('p').textContent()).toBe(`${page.url()}&r=${digest}`)
      await page.evaluate(() => dispatchEvent(new Event('afterprint')))
      expect(await foot.textContent()).toBe(before)
    })

    test('shows each method’s own floor in its own row', async () => {
      const page = await site.open(`${board}?cols=motion`)
      const rows = page.locator('.family:visible tbody tr[data-method]')
      expect(await rows.locator('.own').allTextContents()).toEqual(['floor 0.310', 'floor 0.310', 'floor 0.310'])
      expect(await rows.first().locator('.value-scale .own-floor').count()).toBe(1)
    })

    test('compares all pairs of a metric: in words, tinted only where separated, another metric when asked for', async () => {
      const page = await site.open(board)
      const cells = page.locator('[data-matrix] td.pair')
      expect((await cells.first().innerText()).replace(/\s+/g, ' ')).toBe('+2.00 [1.80, 2.20] better p = 0.023')
      expect(await cells.evaluateAll((all) => all.map(({ className }) => className))).toEqual([
        'pair for',
        'pair against',
      ])
      await page.locator('[data-matrix-metric]').selectOption({ label: 'SSIM' })
      await page.waitForFunction(() => document.querySelector('[data-matrix-caption]')!.textContent.startsWith('SSIM'))
      expect((await cells.first().innerText()).replace(/\s+/g, ' ')).toMatch(/not separated p = 0\.156.*, d₈₀ 0\.310$/)
      expect(await cells.evaluateAll((all) => all.map(({ className }) => className))).toEqual(['pair', 'pair'])
    })

    test('keeps claims in a table of their own', async () => {
      const page = await site.open(board)
      const claims = page.locator('section.claims')
      expect(await claims.locator('.claims-title').textContent()).toBe('Claimed in papers, not measured here')
      expect(await claims.locator('tbody th').allTextContents()).toEqual([expect.stringContaining('interdyn')])
      expect(await page.locator('table.board').first().textContent()).not.toContain('19.04')
    })

    test('on a phone shows one metric a card, all of it, and another when it is picked', async () => {
      const page = await site.open(board, { viewport: { width: 390, height: 844 } })
      const shown = () => page.locator('.family:visible tbody tr[data-method] td:visible .value').allTextContents()
      expect(await shown()).toEqual(['22.00', '20.00', '16.00'])
      await page.locator('[data-pick]').selectOption('motion-fidelity')
      expect(await shown()).toEqual(['0.550', '0.500', '0.400'])
      expect(
        await page
          .locator('details.how')
          .first()
          .evaluate((details) => details.hasAttribute('open')),
      ).toBe(false)
      expect(await page.locator('.foot').first().isVisible()).toBe(false)
      await expect.poll(() => new URL(page.url()).search).toBe('?cols=motion')
    })

    test('tells what a link names that is not here, and that it was made from other results', async () => {
      const page = await site.open(`${board}?k=nothing&cols=motion,taste&r=00000000`)
      const notice = await page.locator('[data-notice]').textContent()
      expect(notice).toContain('This link was made from other results (00000000; here ')
      expect(notice).toContain('nothing')
      expect(notice).toContain('taste')
      expect(await page.locator('.family:visible h2').textContent()).toBe('Motion')
    })
  })

  describe('what is taken away', () => {
    test.each([
      ['LaTeX', 'latex'],
      ['Markdown', 'markdown'],
      ['CSV', 'csv'],
      ['JSON', 'json'],
      ['Plain text', 'terminal'],
    ] as const)('a table as %s is what the command line prints, byte for byte', async (name, format) => {
      const page = await site.open(board)
      await refuseClipboard(page)
      expect(await copied(page, 'Copy the tables shown', name)).toBe(
        withoutCarriage(await printed(site.results, format, ['psnr', 'ssim', 'lpips'], 'psnr')),
      )
    })

    test('in the order and of the family that are seen', async () => {
      const page = await site.open(`${board}?cols=motion`)
      await refuseClipboard(page)
      expect(await copied(page, 'Copy the tables shown', 'Markdown')).toBe(
        await printed(site.results, 'markdown', ['motion-fidelity'], 'motion-fidelity'),
      )
      const sorted = await site.open(`${board}?sort=ssim`)
      await refuseClipboard(sorted)
      expect(await copied(sorted, 'Copy the tables shown', 'CSV')).toBe(
        withoutCarriage(await printed(site.results, 'csv', ['psnr', 'ssim', 'lpips'], 'ssim')),
      )
    })

    test('citations are BibTeX of what is seen, with version and digest', async () => {
      const page = await site.open(board)
      await refuseClipboard(page)
      const text = await copied(page, 'Cite the tables shown', 'All of these (BibTeX)')
      expect(text).toMatch(/^@misc\{protocol-interdyn-256x384,$/m)
      expect(text).toMatch(
        /^@software\{kinemetric,\n {2}title = .*\n {2}version = \{0\.1\.0\},\n {2}note = \{results [0-9a-f]{64}\},\n\}$/m,
      )
    })

    test('where the browser allows it, to the clipboard, and it is said', async () => {
      const page = await site.open(board, { permissions: ['clipboard-read', 'clipboard-write'] })
      await page.getByText('Copy the tables shown').click()
      await page.getByRole('button', { name: 'Markdown' }).click()
      await page.waitForFunction(() => document.querySelector('[data-said]')!.textContent !== '')
      expect(await page.locator('[data-said]').first().textContent()).toBe('Copied: 3 rows, Markdown')
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
        await printed(site.results, 'markdown', ['psnr', 'ssim', 'lpips'], 'psnr'),
      )
    })

    test('a chart as an SVG of its own, in light colours, its text as text', async () => {
      const page = await site.open(board, { colorScheme: 'dark' })
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'SVG of the figure PSNR' }).click(),
      ])
      expect(download.suggestedFilename()).toBe('psnr.svg')
      const text = readFileSync(await download.path(), 'utf8')
      expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
      expect(text).toContain('>PSNR (dB), more is better</text>')
      expect(text).toContain('rgb(27, 26, 23)')
      expect(text).not.toMatch(/var\(|class=/)
    })

    test('a chart as a PNG of twice its size, and the values that it draws as CSV', async () => {
      const page = await site.open(board, { colorScheme: 'dark' })
      const taken = async (name: string) => {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name, exact: true }).click(),
        ])
        return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
      }
      const png = await taken('PNG of the figure PSNR')
      expect(png.name).toBe('psnr.png')
      const svg = page
        .locator('figure', { has: page.getByRole('button', { name: 'PNG of the figure PSNR', exact: true }) })
        .locator('svg.chart')
      // Width and height stand behind the signature and the header chunk's own head.
      expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual(
        await svg.evaluate((chart) => ['width', 'height'].map((side) => 2 * Number(chart.getAttribute(side)))),
      )
      const csv = await taken('CSV of the figure PSNR')
      expect(csv.name).toBe('psnr.csv')
      const lines = csv.bytes.toString('utf8').split('\r\n')
      expect(lines[0]).toMatch(/^clip(,(alpha|beta|static)){3}$/)
      expect(lines).toHaveLength(1 + 13 + 1)
      expect(lines[1]).toMatch(/^clip-01(,\d+(\.\d{1,2})?){3}$/)
      // What the page loads by its other script comes still.
      await page.locator('[data-matrix-metric]').selectOption({ label: 'SSIM' })
      await page.locator('[data-matrix-caption]', { hasText: 'SSIM' }).waitFor()
    })

    test('an embedded table shows that table alone, with its source', async () => {
      const page = await site.open('interdyn-256x384/embed.html?cols=motion')
      expect(await page.locator('header').count()).toBe(0)
      expect(await visible(page, '.family')).toBe(1)
      expect(await page.locator('.source').textContent()).toContain('protocol interdyn-256x384, version 1')
      // A phone has nothing to pick with here: every metric is shown, and each value says which it is.
      const phone = await site.open('interdyn-256x384/embed.html?cols=image', {
        viewport: { width: 390, height: 844 },
      })
      const labels = phone.locator('tbody tr[data-method]').first().locator('td:visible')
      expect(await labels.evaluateAll((cells) => cells.map((cell) => cell.dataset.label))).toEqual([
        'PSNR (dB) ↑',
        'SSIM ↑',
        'LPIPS ↓',
      ])
      const pair = await site.open('interdyn-256x384/embed.html?a=beta&b=alpha')
      expect(await pair.locator('h1').textContent()).toBe('Beta against Alpha')
      expect(await visible(pair, '.family')).toBe(0)
    })
  })

  describe('two methods', () => {
    test('are compared metric by metric: signs apart, no sum', async () => {
      const page = await site.open(`${compare}?a=beta&b=alpha`)
      await page.waitForSelector('table.compare')
      expect(await page.locator('h1').textContent()).toBe('Beta against Alpha')
      expect(await page.locator('[data-sentence]').textContent()).toBe(
        'On the 8 clips that all ranked methods have. Separated: PSNR, LPIPS for Beta. Not separated: SSIM. Not resolved: FVD (at least 14.20 needed).',
      )
      expect(await page.locator('td.for .verdict').allTextContents()).toEqual(['better by 2.00', 'better by 0.027'])
      await page.locator('[data-swap]').click()
      expect(await page.locator('h1').textContent()).toBe('Alpha against Beta')
      expect(await page.locator('td.against .verdict').allTextContents()).toEqual(['worse by 2.00', 'worse by 0.027'])
      await expect.poll(() => new URL(page.url()).search).toBe('?a=alpha&b=beta')
      await page.goBack()
      await page.waitForFunction(() => document.querySelector('h1')!.textContent === 'Beta against Alpha')
    })

    test('without scripts every pair of every metric is in the page', async () => {
      const page = await site.open(compare, { javaScriptEnabled: false })
      expect(await page.locator('[data-all-pairs] tbody tr').count()).toBe(1)
      expect(await page.locator('[data-all-pairs] tbody td').allTextContents()).toEqual([
        'first better, 2.00 [1.80, 2.20], p = 0.023',
        expect.stringMatching(/^not separated, 0\.068 /),
        expect.stringMatching(/^first better, −0\.027 /),
        expect.stringMatching(/^not resolved, −9\.09 /),
      ])
    })
  })

  test('the same pages work from a folder', async () => {
    const page = await site.open(`${site.fileAddress}${compare}`)
    await page.waitForSelector('table.compare')
    expect(await page.locator('table.compare tbody tr').count()).toBe(5)
  })
})

function visible(page: Page, selector: string): Promise<number> {
  return page.locator(selector).evaluateAll((all) => all.filter((element) => element.checkVisibility()).length)
}

/** Methods of the first table, from the top. */
function names(page: Page): Promise<string[]> {
  return page.locator('table.board').first().locator('tbody th > a:not(.mark)').allTextContents()
}

/** As a page over plain http from another machine, or one that was not allowed to. */
async function refuseClipboard(page: Page): Promise<void> {
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))
  })
}

/** A text area's value has line feeds alone. */
function withoutCarriage(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

function told(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Chooses from a menu of a page that may not write to the clipboard: a dialog has the text. */
async function copied(page: Page, menu: string, name: string): Promise<string> {
  await page.getByText(menu).locator('visible=true').first().click()
  await page.getByRole('button', { name, exact: true }).click()
  return page.locator('dialog.text textarea').inputValue()
}

/** What `kinemetric table --format … --metrics … --sort …` prints. */
async function printed(results: string, format: TableFormat, metrics: string[], sort: string): Promise<string> {
  const collection = await readRecords(results)
  const comparisons = [await readComparisons(join(results, 'interdyn-256x384', 'comparisons.json'))]
  const records = collection.records.map(({ record }) => record)
  const claims = collection.claims.map(({ claims }) => claims)
  return renderTable(records, claims, { format, metrics, sort, comparisons })
}
