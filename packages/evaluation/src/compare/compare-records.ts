import type { ColumnOptions } from '@kinemetric/metrics'
import type { ComparedColumn, Score } from '@kinemetric/records'
import type { FeatureReader } from '../store/feature-reader.ts'
import type { ComparedRecord } from './compared-record.ts'
import { concludeTable } from './conclude-table.ts'
import { metricOfScore } from './metric-of-score.ts'
import { withOtherRecipes } from './other-recipes.ts'
import { pairReferences } from './paired-references.ts'
import { setColumn } from './set-column.ts'
import { type ColumnContext, valueColumn } from './value-column.ts'

export interface CompareRecordsOptions extends ColumnOptions {
  /** Only these metrics. */
  metrics?: readonly string[] | undefined
  /** Corrected together: a column's pairs (default), or those of all columns. */
  family?: 'column' | 'table' | undefined
  /** Trivial baselines and floors are ranked like the others, for they were asked for. */
  all?: boolean | undefined
  store: FeatureReader
  /** Only what takes seconds, for who is about to print a table; the other columns say how to get them. */
  atOnce?: boolean | undefined
  signal?: AbortSignal | undefined
  /** Told what a comparison of sets will take before it is made, where that is more than a minute. */
  onWarning?: ((message: string) => void) | undefined
  onColumn?: ((column: { metric: string; recipe: string; at: number; of: number }) => void) | undefined
}

/**
 * Everything that can be said of the methods of one protocol, column by column (metric and signature): the same records and features give the same
 * comparisons. Baselines that model nothing are ranked only where there is nothing else.
 */
export async function compareRecords(
  records: readonly ComparedRecord[],
  options: CompareRecordsOptions,
): Promise<ComparedColumn[]> {
  const references = pairReferences(records)
  const { ranked, apart } = parted(references.paired, options.all === true)
  const context: ColumnContext = {
    references,
    ranked,
    apart,
    asked: options.all === true,
    protocolClips: Math.max(0, ...records.map(({ record }) => record.clips.total)),
    options,
  }
  const scores = distinctScores(records, options.metrics)
  const columns: ComparedColumn[] = []
  for (const [at, score] of scores.entries()) {
    options.signal?.throwIfAborted()
    options.onColumn?.({ metric: score.metric, recipe: score.recipe, at, of: scores.length })
    columns.push(withUnpaired(await compareScore(score, context, options), score, references.unpaired))
  }
  return concludeTable(withOtherRecipes(columns), options.family ?? 'column')
}

/** Who is ranked: the methods; where there are none, the baselines, but for ceilings. Who asked for methods by name gets these. */
function parted(paired: readonly ComparedRecord[], all: boolean) {
  if (all) return { ranked: paired, apart: [] }
  const methods = paired.filter(({ apart }) => !apart)
  const ranked = methods.length > 0 ? methods : paired.filter(({ record }) => record.method.bound !== 'ceiling')
  return { ranked, apart: paired.filter((record) => !ranked.includes(record)) }
}

/** Sets by distances, clips by their values; what would take long is put off where a table waits for it. */
async function compareScore(score: Score, context: ColumnContext, options: CompareRecordsOptions) {
  const putOff = () => notCompared(score, context, 'not compared yet: `kinemetric compare` does it')
  const known = metricOfScore(score)
  if (known?.metric.compare === undefined)
    return options.atOnce === true && flipCost(context) > SECONDS ? putOff() : valueColumn(score, context)
  const { metric, recipe } = known
  if (recipe === undefined)
    return notCompared(score, context, `not compared: sets are, without a rule for samples, which ${score.recipe} has`)
  return options.atOnce === true ? putOff() : setColumn(score, { metric, recipe }, context, options)
}

/** Additions of drawn sign patterns that make some seconds of work, and those of one column. */
const SECONDS = 5e8
function flipCost({ ranked, protocolClips, options }: ColumnContext): number {
  const pairs = (ranked.length * (ranked.length - 1)) / 2
  return protocolClips <= 20 ? 0 : ((options.draws ?? 99_999) * pairs * protocolClips) / 8
}

/** A column without pairs: values only. */
function notCompared(score: Score, { ranked, references, protocolClips, options }: ColumnContext, reason: string) {
  const { metric, recipe, signature, better } = score
  const column: ComparedColumn = {
    metric,
    recipe,
    signature,
    better,
    family: { kind: 'column', comparisons: 0, methods: [] },
    alpha: options.alpha ?? 0.05,
    clips: { common: 0, protocol: protocolClips, otherReference: references.otherReference },
    units: 0,
    reason,
    pairs: [],
    ranks: [],
    unranked: ranked.flatMap(({ method, record }) => {
      const own = record.scores.find((item) => item.metric === metric && item.signature === signature)
      return own === undefined ? [] : [{ method, value: own.value, reason }]
    }),
  }
  return column
}

/** Records that were held against other references are shown, with the reason. */
function withUnpaired(
  column: ComparedColumn,
  { metric, signature }: Score,
  unpaired: readonly { record: ComparedRecord; reason: string }[],
): ComparedColumn {
  const added = unpaired.flatMap(({ record, reason }) => {
    const own = record.record.scores.find((item) => item.metric === metric && item.signature === signature)
    return own === undefined ? [] : [{ method: record.method, value: own.value, reason }]
  })
  if (added.length === 0) return column
  const nobody = column.ranks.length === 0 && column.reason === undefined
  const others = added.every(({ reason }) => reason.startsWith('other reference frames'))
  const why = others ? 'were scored against the same reference frames' : 'can be held against each other'
  const reason = nobody ? { reason: `no two of these records ${why}` } : {}
  return { ...column, ...reason, unranked: [...column.unranked, ...added] }
}

/** One score of each metric and signature, in the order of the records. */
function distinctScores(records: readonly ComparedRecord[], metrics: readonly string[] | undefined): Score[] {
  const scores = new Map<string, Score>()
  for (const score of records.flatMap(({ record }) => record.scores)) {
    const key = `${score.metric} ${score.signature}`
    if (score.value !== null && !scores.has(key) && (metrics === undefined || metrics.includes(score.metric)))
      scores.set(key, score)
  }
  return [...scores.values()]
}
