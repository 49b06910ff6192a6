import type { Claims } from '@kinemetric/records'
import { formatNumber } from './format-score.ts'
import { byMetric, metricLabel, type NamedMetric } from './names/metric-names.ts'

/** One method's row of numbers that a paper prints. */
export interface ClaimRow {
  id: string
  name: string
  /** The protocol that the claim was made under, where it is not the board's own. */
  otherProtocol: string | null
  source: Claims['source']
  /** `arXiv 2412.11785, Table 1`, and how it says that its numbers were computed: `; FVD: 16 frames at 128×128` */
  sourceText: string
  note: string
  values: { value: number | null; text: string }[]
}

/** Published numbers, never mixed with measured ones: which recipe stands behind them is known where the source says it. */
export interface ClaimsTable {
  columns: { metric: string; label: string; decimals: number }[]
  rows: ClaimRow[]
}

/**
 * The claims to show beside a protocol's measurements: those made under it, and the other rows of the same published tables, marked with their own
 * protocol. Null where no claim was made under the protocol.
 *
 * @param named metrics of the report's records, which say how a metric is called and in which order they stand
 * @param metrics the metrics to show, in this order; all that are claimed when absent
 */
export function claimsTable(
  claims: readonly Claims[],
  protocolId: string,
  named: readonly NamedMetric[],
  metrics: readonly string[] | undefined,
): ClaimsTable | null {
  const own = claims.filter((claim) => claim.protocol === protocolId)
  const sources = new Set(own.map(sourceKey))
  const shown = claims.filter((claim) => sources.has(sourceKey(claim)))
  if (shown.length === 0) return null
  const claimed = [...new Set(shown.flatMap((claim) => claim.values.map((value) => value.metric)))]
  const kept =
    metrics === undefined ? claimed.sort(byMetric(named)) : metrics.filter((metric) => claimed.includes(metric))
  const isNamed = (id: string) => named.some((metric) => metric.id === id)
  const columns = kept.map((metric) => {
    const printed = shown.flatMap((claim) => claim.values.filter((value) => value.metric === metric))
    return {
      metric,
      // A metric that no record has is called what the paper calls it.
      label: isNamed(metric) ? metricLabel(named, metric).short : (printed.find(({ label }) => label)?.label ?? metric),
      decimals: printedDecimals(printed.map(({ value }) => value)),
    }
  })
  const rows = shown
    .toSorted((a, b) => Number(a.protocol !== protocolId) - Number(b.protocol !== protocolId))
    .map((claim) => claimRow(claim, protocolId, columns))
  return { columns, rows }
}

function claimRow(claim: Claims, protocolId: string, columns: ClaimsTable['columns']): ClaimRow {
  return {
    id: claim.method.id,
    name: claim.method.name,
    otherProtocol: claim.protocol === protocolId ? null : claim.protocol,
    source: claim.source,
    sourceText: [sourceText(claim.source), ...recipesOf(claim, columns)].join('; '),
    note: claim.note ?? '',
    values: columns.map(({ metric, decimals }) => {
      const value = claim.values.find((entry) => entry.metric === metric)?.value ?? null
      return { value, text: formatNumber(value, decimals) }
    }),
  }
}

/** What a source says of how its numbers were computed, by what its columns are called. */
function recipesOf(claim: Claims, columns: ClaimsTable['columns']): string[] {
  return columns.flatMap(({ metric, label }) => {
    const recipe = claim.values.find((entry) => entry.metric === metric)?.recipe
    return recipe === undefined ? [] : [`${label}: ${recipe}`]
  })
}

/** Where a number was printed: paper, table, page. */
export function sourceText(source: Claims['source']): string {
  const parts = [source.arxiv === undefined ? source.title : `arXiv ${source.arxiv}`]
  if (source.table !== undefined) parts.push(/^\d/.test(source.table) ? `Table ${source.table}` : source.table)
  if (source.page !== undefined) parts.push(`p. ${source.page}`)
  return parts.join(', ')
}

function sourceKey({ source }: Claims): string {
  return JSON.stringify([source.arxiv ?? source.title, source.table ?? ''])
}

/** As many decimals as the paper prints in that column. */
function printedDecimals(values: readonly (number | null)[]): number {
  return Math.max(0, ...values.map((value) => (value === null ? 0 : (String(value).split('.')[1] ?? '').length)))
}
