import { join, relative, resolve, sep } from 'node:path'
import {
  canonicalJson,
  copyPart,
  filesBelow,
  hashFile,
  isThere,
  lockPath,
  removeAbandoned,
  withLock,
  writeWhole,
  writeWholeFolder,
} from '@kinemetric/files'
import {
  type Bundle,
  bundleSchema,
  codeVersion,
  comparisonsPath,
  labelsPath,
  readRecords,
  readRun,
  recordPaths,
  type StoredRecord,
} from '@kinemetric/records'
import { filesOf, readHashesOf } from '../compare/compared-record.ts'
import { withoutFolders } from '../conclude/without-folders.ts'
import type { FeatureReader } from '../store/feature-reader.ts'
import type { Finding } from '../verify/finding.ts'
import { bundleError } from './bundle-error.ts'
import { RowsWriter, setMetricsOf } from './bundle-rows.ts'
import { bundleFile, checkBundleTarget } from './bundle-target.ts'
import { formatSums, sumsFile } from './checksums.ts'
import { labelsMayBePublished, type MediaChoice, mediaOf } from './media-choice.ts'
import { mediaPaths } from './media-paths.ts'
import { bundleContent, type BundleTexts, verifyBundle } from './verify-bundle.ts'

export interface PublishOptions {
  out: string
  title?: string | undefined
  authors?: readonly string[] | undefined
  /** What the publisher allows for the numbers, an SPDX name. */
  licence?: string | undefined
  media?: MediaChoice | undefined
  /** Rows of features behind distances: `some` (the default) takes sides of at most 256 MB and of more their mean and covariance, `statistics` these alone, `all` rows of any size. */
  features?: 'some' | 'all' | 'statistics' | 'none' | undefined
  /** Where rows of features are kept. */
  store: FeatureReader
  /** The texts of the bundle, by path: card, licences, citations. */
  texts: BundleTexts
  /** Builds the site of the bundle's results; absent: no site. */
  site?: ((results: string, out: string, media: boolean) => Promise<void>) | undefined
  onProgress?: ((event: { done: number; total: number; file: string }) => void) | undefined
  signal?: AbortSignal | undefined
}

export interface Published {
  path: string
  files: number
  bytes: number
  bundle: Bundle
  /** Checks that held when the finished bundle was verified, and what could not be checked. */
  held: number
  unchecked: Finding[]
}

const mostBytes = { some: 256e6, all: Infinity, statistics: 0 }

/**
 * Makes a folder of a results folder that others can check: records with values, hashes and comparisons, rows of features where they are kept, site, licences, citations, card,
 * checksums. It is verified before it gets its name, and is whole or not there. The same results give the same bytes.
 * @throws KinemetricError `bad-results`, `no-records`, `bad-output`, `locked`, `disk-full`, `write-failed`
 */
export async function publishResults(resultsDir: string, options: PublishOptions): Promise<Published> {
  const target = resolve(options.out)
  const { records, problems } = await readRecords(resultsDir)
  const [problem] = problems
  if (problem !== undefined)
    throw bundleError('bad-results', problem.path, `cannot be published: ${problem.message}; repair it or move it away`)
  if (records.length === 0)
    throw bundleError('no-records', resultsDir, {
      expected: 'at least one record',
      found: 'none',
      then: 'kinemetric score … --out makes one',
    })
  await checkBundleTarget(target, resultsDir)
  return withLock(lockPath(target), async () => {
    await removeAbandoned(target)
    return writeWholeFolder(target, async (folder) => {
      const published = await fillBundle(folder, resultsDir, records, options)
      return { path: target, ...published }
    })
  })
}

async function fillBundle(
  folder: string,
  resultsDir: string,
  records: readonly StoredRecord[],
  options: PublishOptions,
): Promise<Omit<Published, 'path'>> {
  const { title = 'Evaluation of video generators', authors = [], licence = null, media: choice = 'none' } = options
  const media = [...new Set(records.map(({ record }) => record.protocol.id))].map((id) => mediaOf(id, choice))
  const shown = new Set(media.filter(({ included }) => included).map(({ protocol }) => protocol))
  const copy = new Copier(folder, resultsDir)
  const bundle: Bundle = {
    schema: 'kinemetric/bundle@1',
    code: await codeVersion(),
    title,
    authors: [...authors],
    licence,
    records: [],
    features: [],
    media,
    site: options.site !== undefined,
    leftOut: [],
  }
  const total = records.length + 2
  for (const [done, stored] of records.entries()) {
    options.signal?.throwIfAborted()
    const { protocol, method } = stored.record
    options.onProgress?.({ done, total, file: `${protocol.id}/${method.id}` })
    const sha256 = await copy.record(stored, shown.has(protocol.id))
    bundle.records.push({ path: copy.pathOf(stored.path), protocol: protocol.id, method: method.id, sha256 })
    if (!labelsMayBePublished(protocol.id)) bundle.leftOut.push(...labelsLeft(stored))
  }
  bundle.leftOut.push(...copy.leftOut)
  await addRows(folder, bundle, options)
  bundle.leftOut = [...new Set(bundle.leftOut)].sort()
  const said = bundleSchema.parse(bundle)
  const texts = await options.texts(await bundleContent(said, (await readRecords(join(folder, 'results'))).records))
  for (const [path, text] of texts) await writeWhole(join(folder, path), text)
  await writeWhole(join(folder, bundleFile), canonicalJson(said))
  options.onProgress?.({ done: total - 2, total, file: 'site' })
  await options.site?.(join(folder, 'results'), join(folder, 'site'), shown.size > 0)
  const sums = new Map<string, string>()
  for (const { path } of await filesBelow(folder)) sums.set(path, await hashFile(join(folder, path)))
  await writeWhole(join(folder, sumsFile), formatSums(sums))
  options.onProgress?.({ done: total - 1, total, file: 'checking' })
  const { wrong, held, unchecked, bytes, files } = await verifyBundle(folder, {
    texts: options.texts,
    signal: options.signal,
  })
  const [first] = wrong
  if (first !== undefined)
    throw bundleError(
      'bad-results',
      resultsDir,
      `cannot be published: ${wrong.length} checks fail, the first: ${first.file}: ${first.what}: ${first.message}; \`kinemetric verify\` lists them`,
    )
  options.onProgress?.({ done: total, total, file: '' })
  return { files, bytes, bundle: said, held, unchecked }
}

/** Copies what belongs to records into `<bundle>/results`, each file once. */
class Copier {
  readonly #to: string
  readonly #from: string
  readonly #copied = new Set<string>()
  readonly leftOut: string[] = []

  constructor(folder: string, resultsDir: string) {
    this.#to = join(folder, 'results')
    this.#from = resultsDir
  }

  /** A file's path in the bundle. */
  pathOf(path: string): string {
    return ['results', ...relative(this.#from, path).split(sep)].join('/')
  }

  /** @returns sha256 of the record's file */
  async record(stored: StoredRecord, withMedia: boolean): Promise<string> {
    const { path, folder, record } = stored
    const { table, hashes } = filesOf(folder, record)
    const { sha256 } = await copyPart(path, this.#placeOf(path), [this.#from])
    for (const own of [table, hashes, comparisonsPath(join(folder, '..'), record.protocol.id)])
      if (own !== undefined) await this.#file(own)
    if (labelsMayBePublished(record.protocol.id)) await this.#file(labelsPath(folder))
    else if (await isThere(labelsPath(folder)))
      this.leftOut.push(
        `${this.pathOf(labelsPath(folder))}: labels of clips are part of a data set that may not be passed on`,
      )
    await this.#run(recordPaths(join(folder, '..'), record.protocol.id, record.method.id).run)
    const media = mediaPaths(record)
    if (withMedia) for (const name of media) await this.#file(join(folder, name))
    else if (media.length > 0) this.leftOut.push(`${this.pathOf(folder)}/media: ${mediaWords}`)
    return sha256
  }

  #placeOf(path: string): string {
    return join(this.#to, relative(this.#from, path))
  }

  async #file(path: string): Promise<void> {
    if (this.#copied.has(path) || !(await isThere(path))) return
    this.#copied.add(path)
    await copyPart(path, this.#placeOf(path), [this.#from])
  }

  /** Its warnings name folders of the machine, and its values nothing depends on: it is written anew. */
  async #run(path: string): Promise<void> {
    if (!(await isThere(path))) return
    await writeWhole(this.#placeOf(path), canonicalJson(withoutFolders(await readRun(path))))
  }
}

const mediaWords = 'videos, tracks and what probes show of them; bundle.json says why'

/** A record that was made with previews names its clips by their labels. */
function labelsLeft({ record }: StoredRecord): string[] {
  const labelled = record.media?.clips.filter(({ label }) => label !== undefined).length ?? 0
  return labelled === 0
    ? []
    : [
        `the record of ${record.method.id} itself has ${labelled} labels of its data set, which may not be passed on: score it again without --previews before you publish it`,
      ]
}

async function addRows(folder: string, bundle: Bundle, options: PublishOptions): Promise<void> {
  const { features = 'some' } = options
  const { records } = await readRecords(join(folder, 'results'))
  const writer = features === 'none' ? undefined : new RowsWriter(folder, options.store, mostBytes[features])
  for (const stored of records) {
    const metrics = setMetricsOf(stored)
    if (metrics.size === 0) continue
    const name = `${stored.record.protocol.id}/${stored.record.method.id}`
    const hashes = await readHashesOf(stored)
    for (const [key, named] of metrics) {
      const written =
        writer === undefined
          ? 'none were asked for (--features none)'
          : await writer.write({ stored, hashes: hashes ?? new Map() }, key, named, options.signal)
      if (typeof written === 'string') bundle.leftOut.push(`features of ${name} (${key}): ${written}`)
      else bundle.features.push(written)
    }
  }
}
