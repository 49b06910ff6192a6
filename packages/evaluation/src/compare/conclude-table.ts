import { adjustTable, concludeByTable, rankMethods } from '@kinemetric/metrics'
import type { ComparedColumn, ComparedPair, Comparisons } from '@kinemetric/records'

/** p over all columns beside each column's own; where the table is the family, verdicts and ranks are by that. */
export function concludeTable(columns: readonly ComparedColumn[], family: Comparisons['family']): ComparedColumn[] {
  const adjusted = adjustTable(columns.map(({ pairs }) => pairs))
  const comparisons = adjusted.flat().length
  return columns.map((column, at) => {
    if (family === 'column') return { ...column, pairs: adjusted[at] }
    const { alpha, better, units, ranks } = column
    const atFloor = new Set(ranks.filter((rank) => rank.atFloor === true).map(({ method }) => method))
    // What no p decides stays as it is.
    const pairs = adjusted[at].map((pair) =>
      pair.verdict === 'identical' || bothIn(atFloor, pair)
        ? pair
        : concludeByTable(pair, { better, alpha, units, comparisons, methods: column.family.methods.length }),
    )
    return {
      ...column,
      family: { ...column.family, kind: 'table', comparisons },
      pairs,
      ranks: rankMethods(ranks, pairs, better),
    }
  })
}

/** Whether both methods of a pair are among some. */
export function bothIn(methods: ReadonlySet<string>, { first, second }: ComparedPair): boolean {
  return methods.has(first) && methods.has(second)
}
