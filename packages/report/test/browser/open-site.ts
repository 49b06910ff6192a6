import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { type SiteOptions, buildSite, serveSite } from '../../src/index.ts'
import { sharedChromium } from './chromium.ts'
import { servePlainly } from './plain-server.ts'

/** `ranges`: the project's own server, which sends byte ranges. `plain`: one that knows files and nothing else. */
export type ServerKind = 'ranges' | 'plain'

interface Served {
  readonly url: string
  close(): Promise<void>
}

/** A built site in a browser: whatever a page logs, asks elsewhere for or fails to get is kept, and fails the test that opened it. */
export class OpenSite {
  readonly #work: string
  readonly #server: Served
  readonly #browser: Browser
  readonly #isShared: boolean
  #problems: string[] = []
  #page: Page | undefined

  private constructor(work: string, server: Served, browser: Browser, isShared: boolean) {
    this.#work = work
    this.#server = server
    this.#browser = browser
    this.#isShared = isShared
  }

  /** Builds the site of `<work>/results` and serves it; `close` removes all of `work`. */
  static async of(work: string, options: SiteOptions = {}, kind: ServerKind = 'ranges'): Promise<OpenSite> {
    await OpenSite.build(work, options)
    return OpenSite.#serve(work, kind, false)
  }

  /** Builds the site of `<work>/results` into a sub-folder of one that a server is to serve which knows nothing of it. */
  static async build(work: string, options: SiteOptions = {}): Promise<void> {
    await buildSite(join(work, 'results'), join(work, 'site'), options)
    mkdirSync(join(work, 'public', 'some'), { recursive: true })
    renameSync(join(work, 'site'), join(work, 'public', 'some', 'where'))
    writeFileSync(join(work, 'public', 'kinemetric-site.json'), '{}')
  }

  /** Serves what `build` made for several: `close` leaves it. */
  static shared(work: string, kind: ServerKind = 'ranges'): Promise<OpenSite> {
    return OpenSite.#serve(work, kind, true)
  }

  static async #serve(work: string, kind: ServerKind, isShared: boolean): Promise<OpenSite> {
    const folder = join(work, 'public')
    const server = kind === 'plain' ? await servePlainly(folder) : await serveSite(folder, { port: 0 })
    return new OpenSite(work, server, await sharedChromium(), isShared)
  }

  /** The results that the site was built of. */
  get results(): string {
    return join(this.#work, 'results')
  }

  /** Folder of the site's files. */
  get folder(): string {
    return join(this.#work, 'public', 'some', 'where')
  }

  /** Where the site is served. */
  get address(): string {
    return `${this.#server.url}some/where/`
  }

  /** Where the site is without a server. */
  get fileAddress(): string {
    return `${pathToFileURL(this.folder).href}/`
  }

  /** Opens a page, `path` with its query or a `file:` address, in a context of its own; the page that was opened before is closed. */
  async open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.newPage(options)
    await page.goto(path.startsWith('file:') ? path : `${this.address}${path}`, { waitUntil: 'load' })
    return page
  }

  /** An empty page in a context of its own. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    await this.#page?.context().close()
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    this.#page = page
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#problems.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.#problems.push(`page: ${error.message}`))
    page.on('request', (request) => {
      if (!request.url().startsWith(this.address) && !/^(data|file|blob):/.test(request.url()))
        this.#problems.push(`request outside the site: ${request.url()}`)
    })
    page.on('requestfailed', (request) => {
      // A video that is sought drops the request it was reading, and so does a page that is left.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') this.#problems.push(`failed: ${request.url()}`)
    })
    page.on('response', (response) => {
      if (response.status() >= 400) this.#problems.push(`${response.status()}: ${response.url()}`)
    })
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
    await this.#server.close()
    if (!this.#isShared) rmSync(this.#work, { recursive: true, force: true })
  }
}

export type UsedSite = Pick<OpenSite, 'open' | 'newPage' | 'folder' | 'results' | 'address' | 'fileAddress'>

/**
 * The site of a group of tests, open while they run. A test whose page had an error, a warning or a request to elsewhere fails, whatever else it found.
 * Call it within `describe`.
 */
export function useSite(make: () => Promise<OpenSite>): UsedSite {
  let site: OpenSite | undefined
  beforeAll(async () => {
    site = await make()
  }, 300_000)
  afterAll(() => site?.close())
  afterEach(async () => {
    const problems = (await site?.problems()) ?? []
    if (problems.length > 0) throw new Error(problems.join('\n'))
  })
  const opened = () => {
    if (site === undefined) throw new Error('expected the site within a test, found it asked for before')
    return site
  }
  return {
    open: (path, options) => opened().open(path, options),
    newPage: (options) => opened().newPage(options),
    get folder() {
      return opened().folder
    },
    get results() {
      return opened().results
    },
    get address() {
      return opened().address
    },
    get fileAddress() {
      return opened().fileAddress
    },
  }
}
