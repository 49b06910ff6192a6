import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clipValuesOf, readTable, writeLabels } from '@kinemetric/records'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { writeFixtureResults } from '../fixture-results.ts'
import { hasChromium } from './chromium.ts'
import { OpenSite, useSite } from './open-site.ts'
import { contrastProblems, structureProblems } from './page-checks.ts'

const clips = 700
const protocol = 'interdyn-256x384'

describe.skipIf(!hasChromium())('the list of clips', () => {
  const ids: string[] = []
  const site = useSite(async () => {
    const work = mkdtempSync(join(tmpdir(), 'kinemetric-clips-test-'))
    ids.push(...(await writeFixtureResults(join(work, 'results'), { clips, videos: false })))
    const verbs = ['Pushing', 'Pulling', 'Lifting']
    await writeLabels(
      join(work, 'results', protocol, 'labels.jsonl'),
      ids.map((clip, at) => ({
        clip,
        label: `${verbs[at % 3]} a red cup <b>${at}</b>`,
        class: `${verbs[at % 3]} [something]`,
      })),
    )
    return OpenSite.of(work, {}, 'plain')
  })

  async function open(query = '', options: BrowserContextOptions & { from?: string } = {}): Promise<Page> {
    const page = await site.open(`${options.from ?? ''}${protocol}/clips.html${query}`, options)
    if (options.javaScriptEnabled !== false) await page.waitForSelector('html[data-ready]')
    return page
  }

  describe.each(['http without ranges', 'a folder'])('over %s', (way) => {
    const from = () => (way === 'a folder' ? site.fileAddress : '')

    test('shows the numbers of the tables, ordered by where A is better', async () => {
      const page = await open('?k=lpips&a=beta&b=alpha&o=ab', { from: from() })
      const [a, b] = [
        await lpipsOf(join(site.results, protocol, 'beta.parquet')),
        await lpipsOf(join(site.results, protocol, 'alpha.parquet')),
      ]
      const expected = ids
        .map((id) => ({
          id,
          by: b.get(id)! - a.get(id)!,
          text: [a.get(id)!, b.get(id)!].map((value) => value.toFixed(3)),
          steps: printedStep(b.get(id)!) - printedStep(a.get(id)!),
        }))
        .toSorted((x, y) => y.by - x.by)
      const rows = (await shown(page)).slice(0, 8)
      const byId = new Map(expected.map((each) => [each.id, each]))
      for (const { id, numbers } of rows) {
        const each = byId.get(id)!
        expect(numbers).toEqual([
          `A ${each.text[0]}`,
          `B ${each.text[1]}`,
          `${each.steps > 0 ? '+' : ''}${(each.steps / 1000).toFixed(3).replace('-', '−')}`,
        ])
      }
      expect(rows.map(({ id }) => byId.get(id)!.steps)).toEqual(expected.slice(0, 8).map(({ steps }) => steps))
    })

    test('keeps what is chosen in the address, which opens the same list', async () => {
      const page = await open('', { from: from() })
      await page.locator('[name=k]').selectOption({ label: 'LPIPS ↓' })
      await page.locator('[name=cls]').selectOption({ index: 2 })
      await page.locator('[name=q]').fill('"red cup" clip-01')
      await page.locator('[data-ask=ba]').click()
      await page.waitForURL(/o=ba/)
      await expect.poll(() => sentence(page)).toMatch(/^33 of 701 clips\./)
      const first = await shown(page)
      await expect
        .poll(() => new URL(page.url()).search)
        .toBe('?k=lpips&cls=Pulling+%5Bsomething%5D&q=%22red+cup%22+clip-01&o=ba')
      await page.reload()
      await page.waitForSelector('html[data-ready]')
      expect(await shown(page)).toEqual(first)
      expect(await page.locator('[name=q]').inputValue()).toBe('"red cup" clip-01')
    })
  })

  test('tells what a link names that is not here, and what of other results it was made of', async () => {
    const page = await open('?k=lpips:foo&a=alpha&cls=Nothing&r=12345678')
    const notice = await page.locator('[data-notice]').textContent()
    expect(notice).toMatch(
      /^This link was made from other results \(12345678; here [0-9a-f]{8}\)\. Numbers can differ\./,
    )
    expect(notice).toContain('‘lpips:foo’')
    expect(notice).toContain('‘Nothing’')
  })

  test('says that no clip fits, with a button for each filter', async () => {
    const page = await open('?by=1000000&q=nothing')
    expect(await sentence(page)).toBe('No clip fits.')
    await page.locator('[data-clear=by]').click()
    await page.locator('[data-clear=text]').click()
    await expect.poll(() => sentence(page)).toMatch(/^701 of 701 clips\. A is better on \d+/)
    await expect.poll(() => new URL(page.url()).search).toBe('')
  })

  test('counts classes under the other filters, and finds clips without a value', async () => {
    const page = await open('?q=Lifting')
    expect(await page.locator('[name=cls] option').allTextContents()).toEqual([
      'all',
      'Pushing [something] (0)',
      'Pulling [something] (0)',
      'Lifting [something] (233)',
    ])
    await page.locator('[data-ask=none]').click()
    await page.locator('[data-clear=text]').click()
    await expect.poll(() => sentence(page)).toMatch(/^1 of 701 clips/)
    expect((await shown(page))[0]).toEqual({ id: 'clip-99', numbers: ['A none', 'B none', 'one has none'] })
  })

  test('is walked by keys, and labels stay text', async () => {
    const page = await open()
    await page.locator('.clip-row').first().focus()
    const place = () => page.evaluate(() => document.activeElement?.closest('li')?.getAttribute('aria-posinset'))
    expect(await place()).toBe('1')
    await page.keyboard.press('ArrowDown')
    expect(await place()).toBe('2')
    await page.keyboard.press('End')
    expect(await place()).toBe('701')
    const inView = await page.evaluate(() => {
      const [row, box] = [document.activeElement!, document.querySelector('[data-list]')!].map((each) =>
        each.getBoundingClientRect(),
      )
      return row.top >= box.top - 1 && row.bottom <= box.bottom + 1
    })
    expect(inView).toBe(true)
    await page.keyboard.press('Home')
    expect(await place()).toBe('1')
    expect(await page.locator('.clip-row small').first().textContent()).toBe('Pushing a red cup <b>0</b>')
    expect(await page.locator('.clip-row small b').count()).toBe(0)
  })

  test('a range is chosen by dragging in the histogram, and by keys', async () => {
    const page = await open('?k=ssim')
    const box = (await page.locator('[data-histogram] canvas').boundingBox())!
    await page.mouse.move(box.x + box.width * 0.55, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.95, box.y + 60, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => page.url()).toMatch(/lo=[\d.]+&hi=[\d.]+/)
    expect(await sentence(page)).toMatch(/Chosen by their difference: they show where the two differ/)
    const [lo] = /lo=([\d.]+)/.exec(page.url())!.slice(1)
    const slider = page.locator('[data-histogram] input').first()
    await slider.focus()
    await page.keyboard.press('ArrowRight')
    await expect.poll(() => page.url()).not.toContain(`lo=${lo}&`)
  })

  test('copies ids and CSV of what is chosen', async () => {
    const page = await open('?q=clip-0001&k=ssim', { permissions: ['clipboard-read', 'clipboard-write'] })
    await page.locator('.list-head summary').click()
    await page.locator('[data-copy=csv]').click()
    await expect.poll(() => page.locator('[data-said]').textContent()).toBe('Copied: 1 clips, CSV')
    const csv = await page.evaluate(() => navigator.clipboard.readText())
    expect(csv).toMatch(
      /^clip,label,class,ssim alpha,ssim beta\r?\nclip-0001,Pushing a red cup <b>0<\/b>,Pushing \[something\],0\.\d{1,3},0\.\d{1,3}\r?\n$/,
    )
  })

  test('of a clip that is opened next and previous walk this list: its filters travel along', async () => {
    const page = await open('?k=lpips&o=ab&q=Lifting')
    expect(await page.locator('.clip-row').first().getAttribute('href')).toMatch(
      /^clip\.html\?k=lpips&q=Lifting&o=ab&c=clip-\d+$/,
    )
  })

  test('without scripts it says what it needs and where the values are', async () => {
    const page = await open('', { javaScriptEnabled: false })
    expect(await page.locator('noscript').textContent()).toMatch(
      /This list of 701 clips .* needs scripts\.\s+Their values: CSV; by clip and frame, as Parquet/s,
    )
    expect(await page.locator('noscript a').count()).toBe(4)
    const csv = await page.locator('noscript a').first().getAttribute('href')
    const lines = readFileSync(join(site.folder, protocol, csv!), 'utf8').split('\r\n')
    expect(lines[0]).toMatch(/^clip,label,class,psnr alpha,/)
    expect(lines).toHaveLength(1 + 701 + 1)
  })

  test.each([390, 1280])(
    'fits %i pixels with a choice made, with names for everything and enough contrast',
    async (width) => {
      const page = await open('?by=0.01', { viewport: { width, height: 844 } })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      expect(await page.evaluate(structureProblems)).toEqual([])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect({ colorScheme, found: await page.evaluate(contrastProblems) }).toEqual({ colorScheme, found: [] })
      }
      await page.evaluate(() => document.querySelector<HTMLElement>('.fold > summary')!.click())
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    },
  )

  test('stays within its budget: bytes of page, script and styles, and elements', async () => {
    const page = await open()
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThanOrEqual(500)
    const files = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    const assets = files.filter((name) => name.includes('/assets/')).map((name) => name.replace(site.address, ''))
    expect(assets.length).toBeGreaterThan(3)
    const bytes = [`${protocol}/clips.html`, ...assets].map((path) => statSync(join(site.folder, path)).size)
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(60_000)
  })

  test('files of two builds are told, and nothing is shown of them', async () => {
    const page = await site.newPage()
    await page.route('**/clips.html', async (route) => {
      const response = await route.fetch()
      await route.fulfill({
        response,
        body: (await response.text()).replace(/data-board="[0-9a-f]+"/, `data-board="${'0'.repeat(64)}"`),
      })
    })
    await page.goto(`${site.address}${protocol}/clips.html`)
    await expect
      .poll(() => page.locator('[data-sentence]').textContent())
      .toBe('These files are from two builds: build again.')
    expect(await page.locator('.clip-row').count()).toBe(0)
  })
})

/** A table's rows with the clips' means of frames as their own rows, where a metric has frames only. */
async function meanRows(path: string) {
  const rows = await readTable(path)
  const byClip = Map.groupBy(
    rows.filter(({ frame }) => frame >= 0),
    ({ clip, metric }) => `${clip} ${metric}`,
  )
  return [...byClip.values()].map((own) => ({
    ...own[0],
    frame: -1,
    value: own.reduce((sum, { value }) => sum + value, 0) / own.length,
  }))
}

async function lpipsOf(path: string): Promise<Map<string, number>> {
  return clipValuesOf(await meanRows(path), { metric: 'lpips', recipe: 'alex' })
}

/** A value as it is printed, in thousandths. */
function printedStep(value: number): number {
  return Math.round(Number(value.toFixed(3)) * 1000)
}

function sentence(page: Page): Promise<string | null> {
  return page.locator('[data-sentence]').textContent()
}

/** The rows in the page, from the top. */
function shown(page: Page) {
  return page.locator('.clip-row:visible').evaluateAll((rows) =>
    rows
      .toSorted((a, b) => Number(a.dataset.place) - Number(b.dataset.place))
      .map((row) => ({
        id: row.querySelector('b')!.textContent,
        numbers: [...row.querySelectorAll('.num')].map((cell) => cell.textContent),
      })),
  )
}
