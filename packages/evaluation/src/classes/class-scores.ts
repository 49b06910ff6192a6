import { join } from 'node:path'
import { benchmarkError } from '@kinemetric/benchmark'
import { didYouMean, isError, portableMessage } from '@kinemetric/files'
import {
  type ClassColumn,
  type ClassMethod,
  mostMethods,
  classScoresPath,
  type ClassScores,
  writeClassScores,
  type Score,
  scanTable,
  type StoredRecord,
} from '@kinemetric/records'
import {
  type ComparedRecord,
  filesOf,
  openRecord,
  type ProtocolRecords,
  readHashesOf,
  recordDigests,
  recordsByProtocol,
} from '../compare/compared-record.ts'
import { metricsAsked } from '../compare/asked-metrics.ts'
import { pairReferences, type PairedReferences } from '../compare/paired-references.ts'
import { clipValues, weightedBy } from '../compare/value-column.ts'
import { madeBy } from '../kept-values/kept-score.ts'
import { readSeries } from '../kept-values/table-series.ts'
import { classDifference, classesOfScore, type KeptRecord, ofSets } from './class-column.ts'
import { type ClassMembers, classMembers, hasClass } from './class-members.ts'
import { type ClipClasses, keptClasses, ownClasses, type OwnLabels, readOwnLabels } from './clip-classes.ts'

export interface ClassScoresOptions {
  /** What clips are grouped by: `class` (default; `template` is the same), `label`, or a column of `labels`. */
  by?: string | undefined
  /** A file of the user's that says which clip is of which class; default: the labels beside the records. */
  labels?: string | undefined
  /** Smaller classes are left out; default 1. */
  minClips?: number | undefined
  methods?: readonly string[] | undefined
  /** Ids of metrics, or of groups of them. */
  metrics?: readonly string[] | undefined
  /** The method that the others are held against. */
  against?: string | undefined
  /** Keep them beside the records, as `<protocol>/class-scores.json`, where they are verified with these. */
  keep?: boolean | undefined
  onWarning?: ((message: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/**
 * The scores of every protocol of a results folder by class of clips: value, n and interval as the whole score's, of the values beside the records alone. A protocol
 * without labels is passed over with a warning where others have some.
 * @throws KinemetricError `not-found` where the folder is missing; `bad-option` for methods, metrics or columns that there are none of, for a metric of sets that
 * was asked for by name, and where no clip has a label
 */
export async function classScores(resultsDir: string, options: ClassScoresOptions = {}): Promise<ClassScores[]> {
  const found: ClassScores[] = []
  for (const { group, classes, metrics } of await classedProtocols(resultsDir, options)) {
    options.signal?.throwIfAborted()
    const made = await classScoresOf(group, classes, { ...options, metrics })
    if (made === undefined) continue
    if (options.keep === true)
      await writeClassScores(classScoresPath(join(group.folder, '..'), group.protocol.id), made)
    found.push(made)
  }
  return found
}

/** A protocol with what its clips are grouped by. */
export interface ClassedProtocol {
  /** The records that were asked for. */
  group: ProtocolRecords
  classes: ClipClasses
  /** Ids of metrics; absent: all. */
  metrics: readonly string[] | undefined
}

/** The protocols of a results folder whose clips are in classes. @throws KinemetricError as `classScores` */
export async function classedProtocols(
  resultsDir: string,
  options: Omit<ClassScoresOptions, 'keep'>,
): Promise<ClassedProtocol[]> {
  const { protocols, problems } = await recordsByProtocol(resultsDir)
  for (const problem of problems) options.onWarning?.(`left out: ${problem}`)
  const metrics = requireAsked(protocols, options)
  const own = options.labels === undefined ? undefined : await readOwnLabels(options.labels)
  const found: ClassedProtocol[] = []
  const without: string[] = []
  for (const group of protocols) {
    const stored = group.stored.filter(({ record }) => options.methods?.includes(record.method.id) ?? true)
    if (stored.length === 0) continue
    const classes = own === undefined ? await keptClasses(group.folder, options.by) : ownClasses(own, options.by)
    const clips = await clipsOf(stored)
    if (classes !== undefined && hasClass(clips, classes)) found.push({ group: { ...group, stored }, classes, metrics })
    else without.push(group.protocol.id)
  }
  if (found.length === 0) throw noLabels(resultsDir, protocols, options, own)
  for (const id of without) options.onWarning?.(`${id}: no clip of it has a ${options.by ?? 'class'}; it is left out`)
  return found
}

/** Of more clips a page is not to hold all values of a method. */
const mostClips = 20_000

/** Of each protocol whose clips have classes the scores by class, for who shows what there is: a folder without any has none. */
export async function knownClassScores(resultsDir: string): Promise<ClassScores[]> {
  const { protocols } = await recordsByProtocol(resultsDir)
  const found: ClassScores[] = []
  for (const group of protocols) {
    if (group.stored.length > mostMethods || group.stored.some(({ record }) => record.clips.total > mostClips)) continue
    const classes = await keptClasses(group.folder)
    const made = classes && (await classScoresOf(group, classes))
    if (made !== undefined) found.push(made)
  }
  return found
}

/**
 * The scores by class of the records of one protocol; undefined where none of their clips is in a class.
 * @throws KinemetricError as `scanTable`
 */
export async function classScoresOf(
  { protocol: { id, version, digest }, stored }: Pick<ProtocolRecords, 'protocol' | 'stored'>,
  classes: ClipClasses,
  {
    minClips = 1,
    metrics,
    against,
    signal,
  }: Pick<ClassScoresOptions, 'minClips' | 'metrics' | 'against' | 'signal'> = {},
): Promise<ClassScores | undefined> {
  const members = classMembers(await clipsOf(stored), classes, minClips)
  if (members.counts.unlabelled === members.counts.clips) return undefined
  const columns = new Map<string, ClassColumn>()
  const refused: ClassScores['refused'] = []
  for (const each of stored) {
    signal?.throwIfAborted()
    const kept = await keptRecord(each)
    for (const score of each.record.scores) {
      if (metrics !== undefined && !metrics.includes(score.metric)) continue
      const made = typeof kept === 'string' ? kept : classesOfScore(score, kept, members)
      if (typeof made === 'string') refuse(refused, score, each.record.method.id, made)
      else columnOf(columns, score).methods.push(made)
    }
  }
  const digests = await Promise.all(stored.map(recordDigests))
  const said: ClassScores = {
    schema: 'kinemetric/class-scores@1',
    protocol: { id, version, digest },
    records: stored.map(({ record }, at) => ({ method: record.method.id, name: record.method.name, ...digests[at] })),
    by: classes.by,
    labels: classes.labels,
    ...members.counts,
    minClips,
    classes: members.classes.map(({ name, clips }) => ({ name, clips: clips.length })),
    columns: [...columns.values()],
    refused,
  }
  return against === undefined
    ? said
    : { ...said, against, columns: await withDifferences(said.columns, stored, members, against) }
}

/** All clips that the methods were asked for: of their tables, and those that failed. */
export async function clipsOf(stored: readonly StoredRecord[]): Promise<Set<string>> {
  const clips = new Set<string>()
  for (const { folder, record } of stored) {
    for (const { clip } of record.failures) clips.add(clip)
    const { table } = filesOf(folder, record)
    if (table === undefined) continue
    // A table that cannot be read is told where its values are wanted.
    await readable(() =>
      scanTable(table, ['clip'], (group) => {
        for (const clip of group.texts('clip')) clips.add(clip)
      }),
    )
  }
  return clips
}

/** A record with its values; in words why it has none. */
async function keptRecord(stored: StoredRecord): Promise<KeptRecord | string> {
  const { table } = filesOf(stored.folder, stored.record)
  if (table === undefined) return 'its record has no table of values'
  const series = await readable(() => readSeries(table))
  if (typeof series === 'string') return series
  const hashes = await readHashesOf(stored)
  return { record: stored.record, series, unitOf: (clip) => hashes?.get(clip)?.[0]?.unit }
}

/** What is read; in words why it cannot be. */
async function readable<T>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read()
  } catch (error) {
    if (!isError(error, 'input') && !isError(error, 'unfit')) throw error
    return `its table cannot be read: ${portableMessage(error)}`
  }
}

/** A reason that holds for a metric whoever has it is told once. */
function refuse(refused: ClassScores['refused'], { metric, recipe }: Score, method: string, reason: string): void {
  const ofAll = reason === ofSets
  if (ofAll && refused.some((each) => each.metric === metric && each.recipe === recipe)) return
  refused.push({ metric, recipe, ...(ofAll ? {} : { method }), reason })
}

function columnOf(columns: Map<string, ClassColumn>, score: Score): ClassColumn {
  const { metric, recipe, signature, label, unit, better } = score
  const key = `${metric} ${signature}`
  const known = columns.get(key)
  if (known !== undefined) return known
  const column: ClassColumn = { metric, recipe, signature, ...(label && { label }), unit, better, methods: [] }
  columns.set(key, column)
  return column
}

/** Each method minus the one that all are held against, where both were scored against the same reference frames. */
async function withDifferences(
  columns: readonly ClassColumn[],
  stored: readonly StoredRecord[],
  members: ClassMembers,
  against: string,
): Promise<ClassColumn[]> {
  const records: ComparedRecord[] = []
  for (const each of stored) records.push(await openRecord(each, await recordDigests(each)))
  const references = pairReferences(records)
  const byId = new Map(references.paired.map((record) => [record.method, record]))
  const baseline = byId.get(against)
  return columns.map((column) => {
    const score = baseline?.record.scores.find(
      ({ metric, signature }) => metric === column.metric && signature === column.signature,
    )
    if (baseline === undefined || score === undefined) return column
    const weighted = weightedBy(references, references.paired, score)
    const values = (record: ComparedRecord) => clipValues(record, score, references.comparable)
    const other = values(baseline)
    return {
      ...column,
      // What all are held against stands first.
      methods: column.methods
        .toSorted((a, b) => Number(b.method === against) - Number(a.method === against))
        .map((method): ClassMethod => {
          const own = byId.get(method.method)
          if (own === undefined || own === baseline) return method
          return { ...method, differences: differencesOf([values(own), other], members, weighted) }
        }),
    }
  })
}

function differencesOf(
  values: readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>],
  { classes }: ClassMembers,
  references: PairedReferences,
) {
  return classes.map(({ clips }) => classDifference(values, clips, references))
}

/** @returns the metrics that were asked for, groups by their metrics @throws KinemetricError `bad-option` for what no record has */
function requireAsked(
  protocols: readonly ProtocolRecords[],
  { methods, metrics, against }: ClassScoresOptions,
): string[] | undefined {
  const records = protocols.flatMap(({ stored }) => stored.map(({ record }) => record))
  const ids = [...new Set(records.map(({ method }) => method.id))]
  requireOf('--methods', methods ?? [], ids)
  const asked = methods === undefined ? ids : ids.filter((id) => methods.includes(id))
  requireOf('--against', against === undefined ? [] : [against], asked)
  const scores = records.flatMap((record) => record.scores)
  const wanted = metrics && metricsAsked(metrics, scores)
  requireOf('--metrics', wanted ?? [], [...new Set(scores.map(({ metric }) => metric))])
  const sets = new Set(scores.flatMap((score) => (madeBy(score)?.metric.per === 'set' ? [score.metric] : [])))
  // Of a group what has values is broken down, and the foot says what has none.
  const ofSet =
    metrics?.find((id) => sets.has(id)) ?? (wanted?.every((id) => sets.has(id)) === true ? metrics?.[0] : undefined)
  if (ofSet !== undefined)
    throw benchmarkError('bad-option', '--metrics', {
      expected: 'metrics that have a value a clip',
      found: `${ofSet}, ${ofSets}`,
      then: 'score the clips of a class alone (--clips) where they are many enough for it',
    })
  return wanted
}

function requireOf(option: string, asked: readonly string[], known: readonly string[]): void {
  const found = asked.find((id) => !known.includes(id))
  if (found === undefined) return
  const then = didYouMean(found, known)
  throw benchmarkError('bad-option', option, { expected: `one of ${known.join(', ')}`, found, then })
}

function noLabels(
  resultsDir: string,
  protocols: readonly ProtocolRecords[],
  { by = 'class' }: ClassScoresOptions,
  own: OwnLabels | undefined,
) {
  if (protocols.length === 0)
    return benchmarkError('bad-option', resultsDir, {
      expected: 'records, as `kinemetric score` writes them',
      found: 'none',
    })
  return own === undefined
    ? benchmarkError('bad-option', '--by', {
        expected: `clips that have a ${by}, by labels.jsonl beside the records`,
        found: 'none',
        then: '`kinemetric score` leaves labels of what the manifest says; a file of your own is --labels <file>',
      })
    : benchmarkError('bad-option', '--labels', {
        expected: 'words about clips of these records',
        found: `clips of other names only (${[...own.columns.clips].slice(0, 3).join(', ')})`,
      })
}
