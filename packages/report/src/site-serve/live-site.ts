import { randomBytes } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isError } from '@kinemetric/files'
import { presentable } from '../board/presentable.ts'
import { type SiteOptions, buildSite } from '../site-build/build-site.ts'
import { foldersOf } from '../site-model/results/load-results.ts'
import { buildPath, type LiveStatus } from './live-status.ts'
import { type GoingRun, runTexts } from './live-words.ts'
import { type ResultsStamp, resultsStamp } from './results-stamp.ts'

export interface LiveOptions extends SiteOptions {
  /** Which runs measure into the folder now. */
  runs?: (() => Promise<readonly GoingRun[]>) | undefined
  /** Milliseconds between two looks at the results folder. Default 1000; longer where a look takes long. */
  every?: number | undefined
}

interface Build {
  id: string
  /** Real path of its files. */
  root: string
}

/** A site is made of results that keep changing, after so many milliseconds, or this often in vain, whatever they do. */
const mostPatience = { milliseconds: 30_000, tries: 3 }
/** So many times as long as a look took, nobody looks: of very many files each look takes a while. */
const restOverLook = 20

/**
 * The site of a results folder that grows. The folder is looked at in turns, by names, sizes and times of its files, which works on any file system; what has come to
 * rest is built beside the site that stands, which is then exchanged as a whole. A build that fails, or whose results changed under it, leaves the old one.
 */
export class LiveSite {
  readonly #results: string
  readonly #work: string
  readonly #options: LiveOptions
  readonly #ended = new AbortController()
  /** The site that stands, and the one before: pages that are open may still want files of that. */
  #builds: readonly [Build, ...Build[]]
  #state: LiveStatus['state'] = 'shown'
  #problem = ''
  #watching: Promise<void> = Promise.resolve()
  #runs: { at: number; texts: Promise<string[]> } | undefined

  private constructor(results: string, work: string, options: LiveOptions, first: Build) {
    this.#results = results
    this.#work = work
    this.#options = options
    this.#builds = [first]
  }

  /** Builds the site and begins to watch. @param work an empty folder of its own @throws as `buildSite`, of an empty folder nothing */
  static async open(results: string, work: string, options: LiveOptions): Promise<LiveSite> {
    const { stamp, comparisons } = await compared(results, options)
    const first = await builtOf(results, work, { ...options, comparisons })
    const site = new LiveSite(results, work, options, first)
    site.#watching = site.#watch(stamp)
    return site
  }

  /** Where a file lies that is asked for: the folder, and its path below that. @param url as the request has it */
  fileOf(url: string): { root: string; url: string } {
    const [, name, rest] = /^\/([^/?#]+)(\/.*)$/s.exec(url) ?? []
    const of = this.#builds.find(({ id }) => name === buildPath(id))
    return of === undefined ? { root: this.#builds[0].root, url } : { root: of.root, url: rest }
  }

  /** Asked often by every open page: runs are looked at once a second at most, and only then. */
  async status(): Promise<LiveStatus> {
    const now = performance.now()
    if (this.#runs === undefined || now - this.#runs.at > 1000) this.#runs = { at: now, texts: this.#runTexts() }
    return { build: this.#builds[0].id, state: this.#state, problem: this.#problem, runs: await this.#runs.texts }
  }

  async #runTexts(): Promise<string[]> {
    try {
      return runTexts((await this.#options.runs?.()) ?? [])
    } catch (error) {
      if (!isError(error)) throw error
      return [`How far runs are cannot be told (${presentable(error.sentence)})`]
    }
  }

  /** Ends watching, and a build that is under way. */
  async close(): Promise<void> {
    this.#ended.abort()
    await this.#watching
  }

  async #watch(first: ResultsStamp): Promise<void> {
    const { every = 1000 } = this.#options
    const { signal } = this.#ended
    let shown = first
    let seen = first
    let changedAt: number | undefined
    let vain = 0
    while (!signal.aborted) {
      const begun = performance.now()
      const stamp = await this.#look()
      const took = performance.now() - begun
      if (await this.#areSame(stamp, shown)) {
        changedAt = undefined
        if (this.#state === 'changed') this.#state = 'shown'
      } else {
        changedAt ??= begun
        this.#state = 'changed'
        if ((await this.#areSame(stamp, seen)) || begun - changedAt > mostPatience.milliseconds) {
          const built = await this.#rebuild(stamp, vain + 1 >= mostPatience.tries)
          vain = built === null ? vain + 1 : 0
          if (built !== null) [shown, changedAt] = [built, undefined]
        }
      }
      seen = stamp
      await setTimeout(Math.max(every, took * restOverLook), undefined, { signal }).catch(() => undefined)
    }
  }

  #look(): Promise<ResultsStamp> {
    return resultsStamp([this.#results, this.#options.claimsDir])
  }

  /**
   * Whether the results stand as they did. Videos that come while a run measures are its own: they are shown with its record, not a build for each clip, and do not
   * keep another method's record from being shown.
   */
  async #areSame(one: ResultsStamp, other: ResultsStamp, of: 'all' | 'compared' = 'all'): Promise<boolean> {
    if (one[of] === other[of]) return true
    if (one.records !== other.records || (of === 'all' && one.comparisons !== other.comparisons)) return false
    const runs = await this.#options.runs?.().catch(() => [])
    return runs?.some(({ isAtWork }) => isAtWork) ?? false
  }

  /** Answers what is shown now, or could not be; null where the results changed meanwhile, unless those are to be shown anyway. */
  async #rebuild(before: ResultsStamp, anyway: boolean): Promise<ResultsStamp | null> {
    const { onProgress } = this.#options
    const { signal } = this.#ended
    this.#state = 'building'
    onProgress?.('the results changed: building the site again')
    const begun = performance.now()
    const { stamp, comparisons } = await compared(this.#results, this.#options)
    try {
      const [standing, ...old] = this.#builds
      const options = { ...this.#options, comparisons, onProgress: undefined, signal, earlier: standing.root }
      const next = await builtOf(this.#results, this.#work, options)
      const isOfThese =
        (await this.#areSame(stamp, before, 'compared')) && (await this.#areSame(await this.#look(), stamp))
      if (!isOfThese && !anyway) {
        await remove(next)
        return null
      }
      this.#builds = [next, standing]
      this.#state = 'shown'
      this.#problem = ''
      for (const build of old) await remove(build)
      onProgress?.(`the site was built again in ${((performance.now() - begun) / 1000).toFixed(1)} s`)
    } catch (error) {
      if (signal.aborted) return stamp
      if (!isError(error)) throw error
      this.#state = 'failed'
      this.#problem = presentable(error.message, await foldersOf(this.#results, this.#options.claimsDir))
      onProgress?.(`the site could not be built again, the earlier one stays: ${error.message}`)
    }
    return stamp
  }
}

/** What the methods differ by, and what lies there once that is written beside the records: so that its being written is no change. */
async function compared(
  results: string,
  { comparisons, claimsDir }: SiteOptions,
): Promise<{ stamp: ResultsStamp; comparisons: SiteOptions['comparisons'] }> {
  const found = comparisons?.()
  // What keeps it from being found keeps the site from being built, and is told there.
  await found?.catch(() => undefined)
  const stamp = await resultsStamp([results, claimsDir])
  return { stamp, comparisons: found && (() => found) }
}

async function builtOf(results: string, work: string, options: SiteOptions): Promise<Build> {
  const id = randomBytes(4).toString('hex')
  const root = join(work, id)
  await buildSite(results, root, { ...options, live: id })
  return { id, root: await realpath(root) }
}

async function remove({ root }: Build): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 5 })
}
