import { constants } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { collectGarbage, isError, systemReason, makeFolder } from '@kinemetric/files'
import type { ClassScores, Comparisons } from '@kinemetric/records'
import { renderTable } from '../text/render-table.ts'
import { reportError } from '../board/report-error.ts'
import { boardDataFile } from './board-data.ts'
import { buildModel } from '../site-model/build-model.ts'
import type { MediaCopy } from '../site-model/clip-media.ts'
import { writePages } from './write-pages.ts'
import { seriesOf, standingSeries } from './site-marker.ts'
import { checkApart, checkTarget, replaceSite, standingSite } from './site-folder.ts'
import { type SiteInputs, siteInputs } from './site-inputs.ts'
import { writeDataFiles, writeMediaFiles } from './write-data-files.ts'
import type { MakeThumbnails } from './write-thumbnails.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { frontStrip } from '../site-model/front-strip.ts'
import type { MediaPolicy } from '../site-model/protocol-media.ts'
import type { MetricEntry, SiteModel } from '../site-model/site-model.ts'
import type { IntervalOf } from '../site-model/where-it-fails.ts'

export interface SiteOptions {
  /** Folder of `<method>/paper.json` claims; default: claims in the results folder only. */
  claimsDir?: string | undefined
  /** What the methods were found to differ by, a protocol each; default: each `comparisons.json` beside the records that is of these very records. */
  comparisons?: (() => Promise<readonly Comparisons[]>) | undefined
  /** What metrics are beyond what records say, for the page that explains them and for citations: the catalogue of `@kinemetric/metrics`, described. */
  metrics?: readonly MetricEntry[] | undefined
  /** Makes the interval of a mean of one value a clip, for classes of clips: `hallInterval` of `@kinemetric/metrics`. Absent: means stand alone. */
  intervalOf?: IntervalOf | undefined
  /** Scores by class of clips, a protocol each, of those that have classes: `classScores` of `@kinemetric/evaluation`. Absent: a method's pages have means of its clips' values. */
  classScores?: ((resultsDir: string) => Promise<readonly ClassScores[]>) | undefined
  /** Title of the front page. Default `kinemetric report`. */
  title?: string | undefined
  /** Address that the site will be served under, for canonical links only: all links are relative, so the site works anywhere. */
  base?: string | undefined
  /** Which videos are published: `all`, a `sample` of 600 clips (default), `none`, or the address where all of them lie. */
  media?: MediaPolicy | undefined
  /** Makes strips of thumbnails of videos; without it lists have none. */
  thumbnails?: MakeThumbnails | undefined
  /** Name of a build that is served while its results grow: its pages ask the server how far that is, and a folder without records is one whose records are to come. */
  live?: string | undefined
  /** Folder of an earlier site of these results, from which is taken over what did not change. Default: the site that is replaced. */
  earlier?: string | undefined
  /** Called with one line of progress at a time. */
  onProgress?: ((line: string) => void) | undefined
  signal?: AbortSignal | undefined
}

export interface BuiltSite {
  outDir: string
  /** The file to open first. */
  index: string
  pages: number
  /** Wall time of the whole build, seconds. */
  seconds: number
  /** What had to be left out: unreadable records, missing tables, media outside their folder. */
  warnings: string[]
  /** The site that stands there was made of these very files by this very code: nothing was done. */
  unchanged: boolean
}

/**
 * Builds the static site from the records under `resultsDir` into `outDir`, which is created, or replaced where it holds an earlier site.
 *
 * Needs no decoder, network or weights. The site is made beside `outDir` and moved there as a whole, so a build that fails, is aborted or killed leaves
 * an earlier site as it was, and the next build removes what it left. Builds into different folders may run at once. Nothing is written into this package.
 *
 * @throws KinemetricError `bad-results`, `no-records`, `bad-output` (the folder holds something that is not a site, or lies among the results), `build-failed`, `locked` (another
 * build of the same folder runs), `disk-full`, `write-failed`; the signal's reason
 */
export async function buildSite(resultsDir: string, outDir: string, options: SiteOptions = {}): Promise<BuiltSite> {
  const started = performance.now()
  const { signal, onProgress } = options
  const target = resolve(outDir)
  await checkTarget(target)
  await checkApart(target, [resultsDir, options.claimsDir])
  // One that is served while its results grow is built when they changed.
  const before = options.live === undefined ? await inputsOf(resultsDir, options) : null
  const standing = before === null ? null : await standingSite(target, before.all)
  if (standing !== null)
    return {
      outDir: target,
      index: join(target, 'index.html'),
      seconds: secondsSince(started),
      ...standing,
      unchanged: true,
    }
  onProgress?.('reading records and drawing charts')
  const earlier = options.earlier ?? target
  const { inputs, comparisons } = await compared(resultsDir, options, before)
  const work = await temporaryFolder('report', target)
  try {
    const { model, copies, data } = await buildModel(resultsDir, work.path, {
      ...options,
      comparisons,
      earlierSeries: await standingSeries(earlier),
    })
    signal?.throwIfAborted()
    const { pages } = await replaceSite(target, async (staging) => {
      for (const [at, { slug, ...content }] of data.entries()) {
        const input = { ...content, problems: model.problems, thumbnails: options.thumbnails }
        await writeMediaFiles(join(staging, slug), { ...input, earlier: join(earlier, slug) }, signal)
        const protocol = model.protocols[at]
        protocol.strip = frontStrip(protocol.board, slug, content.data, content.media)
      }
      onProgress?.(`writing pages of ${count(model.protocols.length, 'protocol')}`)
      collectGarbage()
      const written = await writePages(model, staging, signal)
      onProgress?.(`copying ${count(copies.length, 'file')}`)
      await copyAll(copies, staging, signal)
      await writeTables(model, staging)
      await writeBoards(model, staging)
      onProgress?.('writing values, curves and lists')
      for (const { slug, ...content } of data) await writeDataFiles(join(staging, slug), content, signal)
      signal?.throwIfAborted()
      const series = seriesOf(model)
      return { pages: written, warnings: model.problems, series, ...(inputs === null ? {} : { inputs: inputs.all }) }
    })
    const seconds = secondsSince(started)
    return {
      outDir: target,
      index: join(target, 'index.html'),
      pages,
      seconds,
      warnings: model.problems,
      unchanged: false,
    }
  } catch (cause) {
    if (isError(cause) || signal?.aborted) throw cause
    throw reportError('build-failed', target, `the site could not be written (${systemReason(cause)})`, { cause })
  } finally {
    await work.remove()
  }
}

/** What decides the whole site. Comparisons that are not taken from beside the records are not known before they are made. */
async function inputsOf(resultsDir: string, options: SiteOptions): Promise<SiteInputs | null> {
  const { claimsDir, title, base, media, thumbnails, metrics } = options
  const asked = {
    title,
    base,
    media,
    metrics,
    thumbnails: thumbnails !== undefined,
    compares: options.comparisons !== undefined,
    classes: options.classScores !== undefined,
  }
  return siteInputs([resultsDir, claimsDir], asked)
}

/**
 * Comparisons, found before the rest is read, and the inputs with them: where they are written beside the records only now, the next build finds the inputs as they are
 * then. Inputs that changed otherwise meanwhile are not those of this site.
 */
async function compared(
  resultsDir: string,
  options: SiteOptions,
  before: SiteInputs | null,
): Promise<{ inputs: SiteInputs | null; comparisons: SiteOptions['comparisons'] }> {
  const found = options.comparisons?.()
  if (found === undefined) return { inputs: before, comparisons: undefined }
  // What keeps them from being found is told when they are wanted: a folder without records has none.
  await found.catch(() => undefined)
  const after = before === null ? null : await inputsOf(resultsDir, options)
  return { inputs: after?.compared === before?.compared ? after : null, comparisons: () => found }
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000
}

async function copyAll(copies: readonly MediaCopy[], staging: string, signal: AbortSignal | undefined): Promise<void> {
  for (const folder of new Set(copies.map(({ to }) => dirname(to)))) await makeFolder(join(staging, folder))
  for (const copy of copies) {
    signal?.throwIfAborted()
    const to = join(staging, copy.to)
    if ('text' in copy) await writeFile(to, copy.text)
    else await copyFile(copy.from, to, constants.COPYFILE_FICLONE)
  }
}

async function writeTables(model: SiteModel, staging: string): Promise<void> {
  const formats = { json: 'json', csv: 'csv', tex: 'latex', md: 'markdown' } as const
  for (const { slug, board, claims } of model.protocols) {
    const records = board.rows.map((row) => row.record)
    for (const [extension, format] of Object.entries(formats)) {
      const comparisons = board.comparisons === null ? [] : [board.comparisons]
      const text = renderTable(records, claims, { format, comparisons })
      await writeFile(
        join(staging, slug, 'downloads', `leaderboard.${extension}`),
        text.endsWith('\n') ? text : `${text}\n`,
      )
    }
  }
}

/** What the browser makes tables of again. */
async function writeBoards(model: SiteModel, staging: string): Promise<void> {
  for (const protocol of model.protocols) {
    await makeFolder(join(staging, protocol.slug, 'data'))
    await writeFile(join(staging, protocol.slug, 'data', 'board.js'), boardDataFile(protocol, model))
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
