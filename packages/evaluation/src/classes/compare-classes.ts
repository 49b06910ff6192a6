import type { ClassComparisons, ComparedColumn } from '@kinemetric/records'
import { compareRecords, type CompareRecordsOptions } from '../compare/compare-records.ts'
import { type ComparedRecord, openRecord, type ProtocolRecords, recordDigests } from '../compare/compared-record.ts'
import { concludeTable } from '../compare/conclude-table.ts'
import { madeBy } from '../kept-values/kept-score.ts'
import { FeatureCache } from '../store/feature-cache.ts'
import { type ClassMembers, classMembers } from './class-members.ts'
import { classedProtocols, type ClassScoresOptions, clipsOf } from './class-scores.ts'

export interface CompareClassesOptions
  extends Omit<ClassScoresOptions, 'against' | 'keep'>, Pick<CompareRecordsOptions, 'alpha' | 'draws' | 'seed'> {
  onClass?: ((event: { at: number; of: number; name: string }) => void) | undefined
}

/**
 * Which methods can be told apart within each class: paired sign flips as over all clips, on the clips of the class that the methods share. The pairs of all classes are
 * one family of each metric, so that many classes are no many chances. Baselines that model nothing take part where they are named, or fewer than two methods are there.
 * @throws KinemetricError as `classScores`
 */
export async function compareClasses(
  resultsDir: string,
  options: CompareClassesOptions = {},
): Promise<ClassComparisons[]> {
  const found: ClassComparisons[] = []
  for (const { group, classes, metrics } of await classedProtocols(resultsDir, options)) {
    const members = classMembers(await clipsOf(group.stored), classes, options.minClips ?? 1)
    const { id, version, digest } = group.protocol
    const digests = await Promise.all(group.stored.map(recordDigests))
    found.push({
      schema: 'kinemetric/class-comparisons@1',
      protocol: { id, version, digest },
      records: group.stored.map(({ record }, at) => ({
        method: record.method.id,
        name: record.method.name,
        ...digests[at],
      })),
      by: classes.by,
      labels: classes.labels,
      ...members.counts,
      minClips: options.minClips ?? 1,
      classes: members.classes.map(({ name, clips }) => ({ name, clips: clips.length })),
      columns: await columnsOf(await openAll(group, options), members, metrics, options),
    })
  }
  return found
}

/** The records that are compared. */
async function openAll({ stored }: ProtocolRecords, { methods }: CompareClassesOptions): Promise<ComparedRecord[]> {
  const all: ComparedRecord[] = []
  for (const each of stored) all.push(await openRecord(each, await recordDigests(each)))
  const own = all.filter(({ apart }) => !apart)
  return methods !== undefined || own.length < 2 ? all : own
}

async function columnsOf(
  records: readonly ComparedRecord[],
  { classes }: ClassMembers,
  metrics: readonly string[] | undefined,
  { alpha, draws, seed, signal, onClass }: CompareClassesOptions,
): Promise<ClassComparisons['columns']> {
  const scores = records.flatMap(({ record }) => record.scores)
  const values = new Set(scores.flatMap((score) => (madeBy(score)?.metric.per === 'set' ? [] : [score.metric])))
  const wanted = [...values].filter((metric) => metrics?.includes(metric) ?? true)
  const store = new FeatureCache(undefined, undefined, () => undefined)
  const found = new Map<string, (ComparedColumn | null)[]>()
  for (const [at, { name, clips }] of classes.entries()) {
    onClass?.({ at, of: classes.length, name })
    const own = records.map((record) => ofClips(record, new Set(clips)))
    const columns = await compareRecords(own, {
      alpha,
      draws,
      seed,
      signal,
      store,
      all: true,
      resamples: 0,
      metrics: wanted,
    })
    for (const { otherRecipes: _, ...column } of columns) {
      const key = `${column.metric} ${column.signature}`
      const list = found.get(key) ?? classes.map(() => null)
      list[at] = column
      found.set(key, list)
    }
  }
  return [...found.values()].map(corrected)
}

/** A record as if it were of some clips alone. */
function ofClips({ record, rows, hashes, ...rest }: ComparedRecord, clips: ReadonlySet<string>): ComparedRecord {
  return {
    ...rest,
    record: { ...record, clips: { ...record.clips, total: clips.size } },
    rows: rows.filter(({ clip }) => clips.has(clip)),
    hashes: hashes && new Map([...hashes].filter(([clip]) => clips.has(clip))),
  }
}

/** All classes of a metric as one family. */
function corrected(classes: readonly (ComparedColumn | null)[]): ClassComparisons['columns'][number] {
  const concluded = concludeTable(
    classes.filter((column) => column !== null),
    'table',
  )
  let next = 0
  const [{ metric, recipe, signature, better }] = concluded
  return {
    metric,
    recipe,
    signature,
    better,
    comparisons: concluded.reduce((sum, { pairs }) => sum + pairs.length, 0),
    classes: classes.map((column) => (column === null ? null : concluded[next++])),
  }
}
