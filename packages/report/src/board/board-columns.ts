import type { ComparedColumn, Comparisons, KinemetricRecord, Score } from '@kinemetric/records'
import { byMetric, metricLabel, type NamedMetric } from './names/metric-names.ts'
import { distinguish } from './names/signature-parts.ts'

/** One metric under one signature: all cells of a column are comparable. */
export interface BoardColumn {
  /** Unique in the board: metric and signature. */
  key: string
  metric: string
  recipe: string
  signature: string
  /** `FVD` */
  label: string
  /** `Fréchet video distance` */
  longLabel: string
  /** What tells this column from others of the same metric; '' where there is one. */
  sublabel: string
  unit: string
  better: 'higher' | 'lower'
  decimals: number
  /** What the methods were found to differ by in this column; null where they were not compared. */
  compared: ComparedColumn | null
}

/** Key of a score's column. */
export function columnKey({ metric, signature }: Pick<Score, 'metric' | 'signature'>): string {
  return `${metric} ${signature}`
}

/** A column for each metric and signature; a metric's columns stand side by side, in the order of the records. */
export function boardColumns(
  records: readonly KinemetricRecord[],
  named: readonly NamedMetric[],
  metrics: readonly string[] | undefined,
  comparisons: Comparisons | null,
): BoardColumn[] {
  const scores = new Map<string, Score>()
  for (const score of records.flatMap((record) => record.scores)) {
    const key = columnKey(score)
    if ((metrics === undefined || metrics.includes(score.metric)) && !scores.has(key)) scores.set(key, score)
  }
  const compared = new Map(comparisons?.columns.map((column) => [columnKey(column), column]))
  const columns = [...scores].map(([key, score]): BoardColumn => {
    // The best of several samples is called so, beside the same metric's mean.
    const { short, long, decimals } = score.label ?? metricLabel(named, score.metric)
    const { metric, recipe, signature, unit, better } = score
    return {
      key,
      metric,
      recipe,
      signature,
      label: short,
      longLabel: long,
      sublabel: '',
      unit,
      better,
      decimals,
      compared: compared.get(key) ?? null,
    }
  })
  const order =
    metrics === undefined ? byMetric(named) : (a: string, b: string) => metrics.indexOf(a) - metrics.indexOf(b)
  columns.sort((a, b) => order(a.metric, b.metric))
  for (const metric of new Set(columns.map((column) => column.metric))) {
    const same = columns.filter((column) => column.metric === metric)
    distinguish(same.map((column) => column.signature)).forEach((text, index) => {
      same[index].sublabel = text
    })
  }
  return columns
}

/** What stands under a column's heading: its recipe, which a board cannot know to be the metric's default, and what else tells it from its neighbours. */
export function recipeLines({ recipe, sublabel }: BoardColumn): string[] {
  const parts = recipe.split('/')
  const more = sublabel.split(', ').filter((text) => text !== '' && !recipe.includes(text))
  return [...parts, ...more]
}

/** `FVD` or `LPIPS (vgg)`: a column in one line. */
export function columnTitle({ label, sublabel }: Pick<BoardColumn, 'label' | 'sublabel'>): string {
  return sublabel === '' ? label : `${label} (${sublabel})`
}
