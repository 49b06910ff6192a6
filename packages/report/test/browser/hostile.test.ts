import { globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type KinemetricRecord, writeLabels, writeRecord, writeTable } from '@kinemetric/records'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SiteServer, buildSite, serveSite } from '../../src/index.ts'
import { hasChromium, launchChromium } from './chromium.ts'
import { comparedColumn, comparisonsOf, record } from '../fixtures.ts'

// Each would set a variable `ran…` if any part of it were taken for code.
const payload = [
  `"><script>globalThis.ran1=1</script>`,
  `<img src=x onerror=globalThis.ran2=1>`,
  `</script><script>globalThis.ran3=1</script>`,
  `<!--<script>globalThis.ran4=1</script>-->`,
  `<svg onload=globalThis.ran5=1>`,
  `';globalThis.ran6=1;'`,
  `</caption></table><iframe srcdoc="<script>parent.ran7=1</script>">`,
  `javascript:globalThis.ran8=1`,
].join(' ')

const clips = [payload, `javascript:globalThis.ran9=1`, ...Array.from({ length: 2 }, (_, index) => `c${index}`)]

function hostileRecord(id: string): KinemetricRecord {
  const entry = record({
    id,
    name: `${id} ${payload}`,
    protocol: 'hostile',
    clips: clips.length,
    scores: [
      {
        metric: payload,
        recipe: payload,
        value: 1,
        unit: payload,
        warnings: [payload],
        signature: `m|recipe:${payload}|v:1`,
        details: { influence: clips.map((clip, index) => ({ clip, without: index, change: index })) },
      },
      {
        metric: 'motion',
        value: 0.5,
        details: {
          motion: {
            tracker: payload,
            points: 1,
            seed: 0,
            skipped: [{ clip: payload, object: payload, pixels: 1, reason: payload }],
            staticShare: { generated: null, reference: null },
            invisibleShare: { generated: null, reference: null },
          },
        },
      },
    ],
    failures: [{ clip: payload, reason: payload, message: payload }],
    warnings: [payload],
  })
  entry.scores[0].label = { short: payload, long: payload, decimals: 2 }
  entry.protocol.title = payload
  entry.method.version = payload
  entry.method.paper = { title: payload, url: 'javascript:globalThis.ran10=1' }
  entry.method.config = { [payload]: payload }
  entry.media = { clips: clips.map((clip) => ({ clip, label: payload, generated: `${id}.mp4` })) }
  Object.assign(entry.provenance, { provider: payload, decoder: { name: payload, version: payload } })
  entry.provenance.machine.cpu = payload
  entry.provenance.weights[0].licence = payload
  return entry
}

async function writeHostile(results: string): Promise<void> {
  const folder = join(results, 'hostile')
  mkdirSync(folder, { recursive: true })
  for (const id of ['one', 'two']) {
    await writeRecord(join(folder, `${id}.json`), hostileRecord(id))
    writeFileSync(join(folder, `${id}.mp4`), payload)
    const rows = clips.map((clip, index) => ({
      clip,
      frame: -1,
      metric: payload,
      recipe: payload,
      value: index + id.length,
    }))
    await writeTable(join(folder, `${id}.parquet`), rows)
  }
  const long = `${payload} ${'long '.repeat(2000)}`
  await writeLabels(
    join(folder, 'labels.jsonl'),
    clips.map((clip, at) => ({
      clip,
      label: [payload, long, '\u202Eevil\u202C ../../../etc/passwd\nline', ''][at % 4],
      class: [payload, long][at % 2],
      objects: [payload, '..', '\u0000'],
    })),
  )
  writeFileSync(join(folder, 'broken.json'), `{"schema":"kinemetric/record@1","${payload.replaceAll('"', '\\"')}":1}`)
}

describe.skipIf(!hasChromium())('a site of hostile records', () => {
  const work = mkdtempSync(join(tmpdir(), 'kinemetric-hostile-test-'))
  const built = join(work, 'public', 'sub path')
  let browser: Browser
  let server: SiteServer
  let pages: string[] = []

  beforeAll(async () => {
    await writeHostile(join(work, 'results'))
    const column = comparedColumn({
      metric: payload,
      recipe: payload,
      signature: `m|recipe:${payload}|v:1`,
      values: { one: 2, two: 1 },
      reason: payload,
      warnings: [payload],
      unranked: [{ method: payload, value: 1, reason: payload }],
      pair: { verdict: 'cannot-separate', reason: payload },
      otherRecipes: [
        { recipe: payload, signature: payload, tau: 1, kept: 0, appears: 0, vanishes: 0, reversed: [[payload, 'one']] },
      ],
    })
    await buildSite(join(work, 'results'), join(work, 'site'), {
      title: payload,
      comparisons: () => Promise.resolve([comparisonsOf([column], 'hostile')]),
    })
    mkdirSync(join(work, 'public'))
    renameSync(join(work, 'site'), built)
    writeFileSync(join(work, 'public', 'kinemetric-site.json'), '{}')
    server = await serveSite(join(work, 'public'), { port: 0 })
    browser = await launchChromium()
    pages = globSync('**/*.html', { cwd: built })
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    await server?.close()
    rmSync(work, { recursive: true, force: true })
  })

  /** A page that notes all that is said in it; it may go from address to address. */
  async function newPage(): Promise<{ page: Page; said: string[] }> {
    const page = await browser.newPage()
    const said: string[] = []
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) =>
        console.warn(`policy: ${event.violatedDirective} ${event.blockedURI}`),
      )
    })
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    page.on('dialog', (dialog) => {
      said.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      const url = request.url()
      // Pages from a folder have the origin `null`: what they made themselves is called so.
      const own = [server.url, `blob:${server.url}`, 'blob:null/', 'data:', pathToFileURL(built).href]
      if (!own.some((start) => url.startsWith(start))) said.push(`request outside the site: ${url}`)
    })
    return { page, said }
  }

  async function open(address: string): Promise<{ page: Page; said: string[] }> {
    const opened = await newPage()
    await opened.page.goto(address, { waitUntil: 'load' })
    return opened
  }

  test.each(['http', 'file'])(
    'runs no script of theirs, and its policy has nothing to refuse (%s)',
    async (scheme) => {
      expect(pages.length).toBeGreaterThan(8)
      const home = scheme === 'http' ? `${server.url}sub%20path/` : `${pathToFileURL(built).href}/`
      const { page, said } = await newPage()
      for (const path of pages) {
        await page.goto(home + path, { waitUntil: 'load' })
        await use(page)
        expect({ path, ran: await ran(page), said }).toEqual({ path, ran: [], said: [] })
        const frames = await page.locator('iframe, object, embed, base, [onload], [onerror]').count()
        const addresses = await page
          .locator('[href], [src]')
          .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? one.getAttribute('src') ?? ''))
        expect({ path, frames, scripts: addresses.filter((address) => /^\s*javascript:/i.test(address)) }).toEqual({
          path,
          frames: 0,
          scripts: [],
        })
      }
      await page.close()
    },
    300_000,
  )

  test.each(['http', 'file'])(
    'is under a policy that would stop what got through (%s)',
    async (scheme) => {
      const home = scheme === 'http' ? `${server.url}sub%20path/` : `${pathToFileURL(built).href}/`
      // One page of a kind: the policy stands in the layout that all have.
      const kinds = new Map(pages.map((path) => [path.replace(/[^/]+\.html$/, ''), path]))
      for (const path of kinds.values()) {
        const { page, said } = await open(home + path)
        await page.evaluate(async () => {
          // oxlint-disable-next-line unicorn/consistent-function-scoping -- the page gets this function alone
          const attempt = (act: () => void) => {
            try {
              act()
            } catch {
              // Trusted types refuse by throwing.
            }
          }
          attempt(() => {
            const script = document.createElement('script')
            script.append('globalThis.ran1 = 1')
            document.body.append(script)
          })
          attempt(() => {
            document.body.innerHTML += '<img src="data:," onerror="globalThis.ran2 = 1">'
          })
          attempt(() => document.body.setAttribute('onclick', 'globalThis.ran3 = 1'))
          document.body.click()
          const link = document.createElement('a')
          link.href = 'javascript:globalThis.ran4 = 1'
          document.body.append(link)
          link.click()
          await new Promise((resolve) => setTimeout(resolve, 100))
        })
        expect({ path, ran: await ran(page) }).toEqual({ path, ran: [] })
        expect(said.filter((line) => line.startsWith('policy: ')).length).toBeGreaterThanOrEqual(3)
        await page.close()
      }
    },
    300_000,
  )
})

const ran = (page: Page) =>
  page.evaluate(() => Object.getOwnPropertyNames(globalThis).filter((name) => /^ran\d/.test(name)))

/** Uses everything that a page's own scripts react to, from within: a click of the browser's own waits for frames, and there are hundreds. */
async function use(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- the page gets this function alone
    const shown = <E extends HTMLElement>(selector: string) =>
      [...document.querySelectorAll<E>(selector)].filter((one) => one.checkVisibility())
    for (const summary of shown('summary')) summary.click()
    for (const button of shown('button')) button.click()
    for (const list of shown<HTMLSelectElement>('select')) {
      list.selectedIndex = list.options.length - 1
      for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }))
    }
    for (const search of shown<HTMLInputElement>('input[type=search]')) {
      search.value = 'c'
      for (const type of ['input', 'change']) search.dispatchEvent(new Event(type, { bubbles: true }))
    }
    await new Promise(requestAnimationFrame)
  })
}
