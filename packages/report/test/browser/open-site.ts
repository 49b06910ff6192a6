import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { type SiteOptions, type SiteServer, buildSite, serveSite } from '../../src/index.ts'
import { launchChromium } from './chromium.ts'

/** A built site in a browser: whatever a page logs, asks elsewhere for or fails to get is kept, and fails the test that opened it. */
export class OpenSite {
  readonly #work: string
  readonly #server: SiteServer
  readonly #browser: Browser
  #problems: string[] = []
  #page: Page | undefined

  private constructor(work: string, server: SiteServer, browser: Browser) {
    this.#work = work
    this.#server = server
    this.#browser = browser
  }

  /** Builds the site of `<work>/results` and serves it from a sub-folder of a server that knows nothing of it. */
  static async of(work: string, options: SiteOptions = {}): Promise<OpenSite> {
    await buildSite(join(work, 'results'), join(work, 'site'), options)
    mkdirSync(join(work, 'public', 'some'), { recursive: true })
    renameSync(join(work, 'site'), join(work, 'public', 'some', 'where'))
    writeFileSync(join(work, 'public', 'kinemetric-site.json'), '{}')
    return new OpenSite(work, await serveSite(join(work, 'public'), { port: 0 }), await launchChromium())
  }

  /** Folder of the site's files. */
  get folder(): string {
    return join(this.#work, 'public', 'some', 'where')
  }

  /** Opens a page in a context of its own. */
  async open(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    await this.#page?.context().close()
    const root = `${this.#server.url}some/where/`
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    this.#page = page
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#problems.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.#problems.push(`page: ${error.message}`))
    page.on('request', (request) => {
      if (!request.url().startsWith(root) && !/^(data|file|blob):/.test(request.url()))
        this.#problems.push(`request outside the site: ${request.url()}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) this.#problems.push(`${response.status()}: ${response.url()}`)
    })
    await page.goto(path.startsWith('file:') ? path : `${root}${path}`, { waitUntil: 'load' })
    return page
  }

  /** What pages complained of since the last call. */
  async problems(): Promise<string[]> {
    await this.#page?.context().close()
    this.#page = undefined
    const found = this.#problems
    this.#problems = []
    return found
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await this.#server.close()
    rmSync(this.#work, { recursive: true, force: true })
  }
}
