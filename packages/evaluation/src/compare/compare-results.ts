import { join } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { didYouMean, isError } from '@kinemetric/files'
import {
  type Comparisons,
  comparisonsPath,
  comparisonsSchema,
  groupsOf,
  mostMethods,
  readComparisons,
  type StoredRecord,
  writeComparisons,
} from '@kinemetric/records'
import { defaultCacheFolder, FeatureCache } from '../store/feature-cache.ts'
import { metricsAsked, metricsOfScores } from './asked-metrics.ts'
import { compareRecords, type CompareRecordsOptions } from './compare-records.ts'
import { openRecord, type ProtocolRecords, recordDigests, recordsByProtocol } from './compared-record.ts'

export interface CompareResultsOptions extends Omit<CompareRecordsOptions, 'store' | 'all'> {
  /** Only these methods; they are the family, trivial ones too. */
  methods?: readonly string[] | undefined
  /** Where features are kept: a folder, false for none; default the user's cache. */
  cache?: string | false | undefined
  /** What cannot be read or written is told, and ends nothing. */
  onWarning?: ((message: string) => void) | undefined
}

const DEFAULT_DRAWS = 99_999

/**
 * Compares the methods of every protocol of a results folder. Asked for everything with the usual settings, it keeps what it found in
 * `<results>/<protocol>/comparisons.json` and takes it from there as long as no record, table or file of hashes has changed.
 *
 * @throws KinemetricError `not-found` where the folder is missing, `bad-option` for a method or metric that no record has
 */
export async function compareResults(resultsDir: string, options: CompareResultsOptions = {}): Promise<Comparisons[]> {
  const { protocols, problems } = await recordsByProtocol(resultsDir)
  for (const problem of problems) options.onWarning?.(`left out: ${problem}`)
  const asked = withMetricsOfGroups(protocols, options)
  requireKnown(protocols, asked)
  const compared: Comparisons[] = []
  for (const group of protocols) {
    const stored = group.stored.filter(({ record }) => options.methods?.includes(record.method.id) ?? true)
    if (options.atOnce === true && options.methods === undefined && stored.length > mostMethods) {
      options.onWarning?.(tooMany(group, stored.length))
      continue
    }
    if (stored.length > 0) compared.push(await compareProtocol(group, stored, asked))
  }
  return compared
}

function withMetricsOfGroups(
  protocols: readonly ProtocolRecords[],
  options: CompareResultsOptions,
): CompareResultsOptions {
  if (options.metrics === undefined) return options
  const scores = protocols.flatMap(({ stored }) => stored.flatMap(({ record }) => record.scores))
  return { ...options, metrics: metricsAsked(options.metrics, scores) }
}

function tooMany({ protocol }: ProtocolRecords, methods: number): string {
  return `${protocol.id}: ${methods} methods are too many to compare all of them; compare those that you ask about: kinemetric compare … --methods a,b,c`
}

async function compareProtocol(
  { protocol, folder }: ProtocolRecords,
  stored: readonly StoredRecord[],
  options: CompareResultsOptions,
): Promise<Comparisons> {
  const digests = await Promise.all(stored.map(recordDigests))
  const { id, version, digest } = protocol
  const head: Omit<Comparisons, 'columns'> = {
    schema: 'kinemetric/comparisons@1',
    protocol: { id, version, digest },
    records: stored.map(({ record }, at) => ({ method: record.method.id, name: record.method.name, ...digests[at] })),
    alpha: options.alpha ?? 0.05,
    family: options.family ?? 'column',
    seed: options.seed ?? 0,
    draws: options.draws ?? DEFAULT_DRAWS,
  }
  const path = comparisonsPath(join(folder, '..'), id)
  const usual = isUsual(options)
  const kept = usual ? await keptComparisons(path, head, options.atOnce !== true) : undefined
  if (kept !== undefined) return kept
  const records = await Promise.all(stored.map((record, at) => openRecord(record, digests[at])))
  const cache = options.cache === false ? undefined : (options.cache ?? defaultCacheFolder())
  const warn = (message: string) => options.onWarning?.(message)
  const store = new FeatureCache(cache, undefined, warn)
  const columns = await compareRecords(records, { ...options, all: options.methods !== undefined, store })
  // In the order of the schema, as who reads the file later has it: pages and tables made of either have the same bytes.
  const comparisons = comparisonsSchema.parse({ ...head, columns })
  if (usual) await keep(path, comparisons, warn)
  return comparisons
}

/** Whether what was asked for is what everybody is shown. */
function isUsual({ methods, metrics, family, alpha, seed, draws, resamples }: CompareResultsOptions): boolean {
  return [methods, metrics, family, alpha, seed, draws, resamples].every((option) => option === undefined)
}

/** What was found before, where it is of the same files. Columns that waited for features, or for being asked for, are no answer to who asks. */
async function keptComparisons(
  path: string,
  head: Omit<Comparisons, 'columns'>,
  all: boolean,
): Promise<Comparisons | undefined> {
  try {
    const { columns, ...found } = await readComparisons(path)
    if (JSON.stringify(found) !== JSON.stringify(head)) return undefined
    return all && columns.some(({ pairs, reason }) => pairs.length === 0 && reason !== undefined)
      ? undefined
      : { ...found, columns }
  } catch (error) {
    if (isError(error)) return undefined
    throw error
  }
}

/** A folder that cannot be written (a reader's copy) is no reason to fail. */
async function keep(path: string, comparisons: Comparisons, warn: (message: string) => void): Promise<void> {
  try {
    await writeComparisons(path, comparisons)
  } catch (error) {
    if (!isError(error, 'disk')) throw error
    warn(`comparisons are not kept: ${error.message}`)
  }
}

function requireKnown(
  protocols: readonly ProtocolRecords[],
  { methods = [], metrics = [] }: CompareResultsOptions,
): void {
  const records = protocols.flatMap(({ stored }) => stored.map(({ record }) => record))
  const scored = metricsOfScores(records.flatMap(({ scores }) => scores))
  const methodIds = [...new Set(records.map(({ method }) => method.id))]
  const metricIds = scored.map(({ id }) => id)
  requireAll('methods', methods, methodIds)
  requireAll('metrics', metrics, metricIds, groupsOf(scored))
}

function requireAll(
  option: string,
  asked: readonly string[],
  known: readonly string[],
  groups: readonly string[] = [],
): void {
  const unknown = asked.find((id) => !known.includes(id))
  if (unknown === undefined) return
  const ofGroups = groups.length === 0 ? '' : `, or of the groups ${groups.join(', ')}`
  throw benchmarkError('bad-option', option, {
    expected: `one of ${known.join(', ')}${ofGroups}`,
    found: unknown,
    then: didYouMean(unknown, [...groups, ...known]),
  })
}
