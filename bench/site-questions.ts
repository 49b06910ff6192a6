// The seven questions that readers come with, from the front page on: clicks and seconds until the answer stands on the screen, at 1,280 and 390 px, light and dark.
// `node bench/site-questions.ts SITE [SHOTS]` (the folder of `report build`; a folder for screenshots of every answer). Seconds are the machine's alone: nobody reads.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { serveSite } from '@kinemetric/report'
import { chromium, type Locator, type Page } from 'playwright-core'

const [given, shots] = process.argv.slice(2)
if (given === undefined) throw new Error('expected the folder of a site; found none')
const site = resolve(given)
const protocol = readdirSync(site).find((name) => existsSync(join(site, name, 'clips.html')))
if (protocol === undefined) throw new Error(`expected a protocol in ${site}; found none`)
if (shots !== undefined) mkdirSync(shots, { recursive: true })

/** A reader with one page open, whose clicks are counted. */
class Reader {
  readonly page: Page
  clicks = 0
  readonly #isPhone: boolean

  constructor(page: Page, isPhone: boolean) {
    this.page = page
    this.#isPhone = isPhone
  }

  async click(target: Locator): Promise<void> {
    this.clicks++
    await target.click()
  }

  /** A page of the bar, which a phone folds into its menu. */
  async bar(name: string): Promise<void> {
    const link = this.page.locator('header').getByRole('link', { name, exact: true })
    if (this.#isPhone && !(await link.isVisible())) await this.click(this.page.locator('header summary'))
    await this.click(link)
  }

  /** The front page's link to a page of the first protocol. */
  async front(words: RegExp): Promise<void> {
    await this.click(this.page.locator('main').getByRole('link', { name: words }).first())
  }

  async seen(selector: string): Promise<void> {
    await this.page.locator(selector).filter({ visible: true }).first().waitFor()
  }

  /** A menu's entry. */
  async menu(summary: RegExp, entry: string): Promise<void> {
    const menus = this.page.locator('main summary').filter({ hasText: summary })
    await this.click(menus.first())
    await this.click(this.page.locator(entry).first())
  }
}

/** Goes to the first clip of the list of those where A is better. */
async function worstPair(reader: Reader): Promise<void> {
  await reader.front(/^Clips of|^Clips$/)
  const ask = reader.page.locator('[data-ask="ab"]')
  await ask.waitFor({ state: 'attached' })
  await reader.seen('[data-place="0"]')
  if (!(await ask.isVisible())) await reader.click(reader.page.locator('main summary').first())
  await reader.click(ask)
  await reader.page.waitForURL(/[?&](o=ab|by=)/)
}

async function frameShown(reader: Reader): Promise<void> {
  await worstPair(reader)
  await reader.click(reader.page.locator('[data-place="0"]'))
  await reader.page.locator('#why').waitFor({ state: 'attached' })
  // Where videos are published: only when the frame is there.
  if ((await reader.page.locator('[data-player] video').count()) > 0)
    await reader.page
      .locator('[data-player] output')
      .filter({ hasText: /^frame \d+ of \d+$/ })
      .waitFor()
}

/** Question 7, on a phone, is all of them at 390 px. */
const questions: Record<string, (reader: Reader) => Promise<void>> = {
  '1 which is best, and how sure': async (reader) => {
    await reader.seen('main a[href*="index.html#"]')
    await reader.front(/^Leaderboard/)
    await reader.seen('main table, main [data-pick]')
  },
  '1b why, A against B': async (reader) => {
    await reader.front(/^Compare two methods/)
    await reader.seen('main table tbody tr, main dl')
  },
  '2 where A fails and B does not': worstPair,
  '3 is this odd number true': frameShown,
  '4 a table for my paper': async (reader) => {
    await reader.front(/^Leaderboard/)
    await reader.menu(/^Copy/, '[data-copy="latex"]')
    await reader.page
      .getByText(/^Copied: /)
      .first()
      .waitFor()
  },
  '5 send what I see': async (reader) => {
    await frameShown(reader)
    await reader.click(reader.page.locator('[data-page="link"], [data-copy="link"]').first())
    await reader.page
      .getByText(/^Copied: link/)
      .first()
      .waitFor()
  },
  '6 put my generator here': async (reader) => {
    await reader.bar('Add yours')
    await reader.seen('main pre, main code')
  },
}

const server = await serveSite(site, { port: 0 })
const executablePath = process.env.KINEMETRIC_CHROMIUM ?? '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
const looks = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)
console.log(
  `| clicks · seconds | ${looks.map(({ width, colorScheme }) => `${width} px, ${colorScheme}`).join(' | ')} |`,
)
console.log(`|---|${looks.map(() => '---').join('|')}|`)
for (const [question, answer] of Object.entries(questions)) {
  const cells: string[] = []
  for (const { width, colorScheme } of looks) {
    const height = width < 500 ? 844 : 900
    const context = await browser.newContext({ viewport: { width, height }, colorScheme })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    const troubles: string[] = []
    page.on('pageerror', ({ message }) => troubles.push(message))
    const begun = performance.now()
    await page.goto(server.url)
    const reader = new Reader(page, width < 500)
    await answer(reader)
    const seconds = (performance.now() - begun) / 1000
    const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    const said = [...troubles, ...(wide ? ['wider than the window'] : [])]
    cells.push(`${reader.clicks} · ${seconds.toFixed(1)}${said.length === 0 ? '' : ` (${said.join('; ')})`}`)
    if (shots !== undefined) {
      await page.waitForTimeout(500)
      await page.screenshot({ path: join(shots, `${question.split(' ')[0]}-${width}-${colorScheme}.png`) })
    }
    await context.close()
  }
  console.log(`| ${question} | ${cells.join(' | ')} |`)
}
await browser.close()
await server.close()
