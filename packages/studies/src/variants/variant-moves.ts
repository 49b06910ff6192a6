import type { KinemetricRecord } from '@kinemetric/records'
import { metricOf } from '../study/open-study.ts'
import type { BenchmarkVariant } from '../benchmark/benchmark-schema.ts'

/** A number of the table under a variant, beside what it is as the benchmark has it. */
export interface Move {
  readonly protocol: string
  readonly method: string
  readonly name: string
  readonly metric: string
  readonly label: string
  readonly decimals: number
  /** As the records say it, with the tracker where there is one. */
  readonly recipe: string
  readonly before: number | null
  readonly after: number | null
  /** after − before; null where one of them is missing. */
  readonly move: number | null
}

/** What became of a variant. */
export interface VariantOutcome {
  readonly id: string
  readonly question: string
  readonly says: string
  /** `scored`: from the clips that are there · `made`: its own clips were made before, by `--variant` · `to make`: they have to be made first. */
  readonly state: 'scored' | 'made' | 'to make' | 'no weights'
  /** The command that makes it, where its clips have to be made. */
  readonly command: string | null
  readonly moves: readonly Move[]
}

/** Whether a variant's clips are those that are there: nothing of it decides what a method is given or makes. */
export function isScoredAgain({ changes }: BenchmarkVariant): boolean {
  const { options, masks, settings, samples } = changes
  return options === undefined && masks === undefined && settings === undefined && samples === undefined
}

/** Whether a variant changes recipes and nothing else: all of these are scored in one pass. */
export function isOfRecipes({ changes }: BenchmarkVariant): boolean {
  return Object.keys(changes).every((key) => key === 'metrics')
}

/**
 * How far numbers move from one set of records to another, method by method and metric by metric.
 * @param recipes of the variant, `metric:recipe`: what is compared; undefined: each metric of the other records, by the recipe that the base has
 */
export function movesBetween(
  base: readonly KinemetricRecord[],
  others: readonly KinemetricRecord[],
  recipes?: readonly string[],
): Move[] {
  return others.flatMap((other) => {
    const own = base.find(({ protocol, method }) => protocol.id === other.protocol.id && method.id === other.method.id)
    if (own === undefined) return []
    return other.scores.flatMap((score): Move[] => {
      const text = `${score.metric}:${plain(score.recipe)}`
      if (recipes !== undefined && !recipes.some((each) => each === text || each === metricOf(text))) return []
      const before = own.scores.find(({ metric }) => metric === score.metric)
      if (before === undefined) return []
      if (recipes === undefined && plain(before.recipe) !== plain(score.recipe)) return []
      const isBoth = before.value !== null && score.value !== null
      return [
        {
          protocol: other.protocol.id,
          method: other.method.id,
          name: other.method.name,
          metric: score.metric,
          label: score.label?.short ?? score.metric,
          decimals: score.label?.decimals ?? 3,
          recipe: score.recipe,
          before: before.value,
          after: score.value,
          move: isBoth ? score.value! - before.value! : null,
        },
      ]
    })
  })
}

/** A recipe without the tracker behind it. */
function plain(recipe: string): string {
  return recipe.split('/', 1)[0]
}
