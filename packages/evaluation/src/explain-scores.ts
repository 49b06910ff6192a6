import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRecipe, type MetricSpec, type RecipeInfo } from '@kinemetric/metrics'
import type { KinemetricRecord, Score } from '@kinemetric/records'
import type { EvaluateOptions } from './evaluate-options.ts'
import { evaluate } from './evaluate.ts'
import { needKey } from './plan/need-key.ts'
import { settingDifferences } from './explain/setting-differences.ts'

/** What is asked: the metric, and an evaluation's references and videos. */
export interface ExplainScoresOptions extends Pick<
  EvaluateOptions,
  'reference' | 'generated' | 'protocol' | 'jobs' | 'signal' | 'onProgress'
> {
  metric: MetricSpec
}

/** The score of one recipe, with settings that differ from its defaults where its name says so. */
export interface ExplainedScore {
  recipe: string
  summary: string
  /** null where there is none; `reason` says why. */
  value: number | null
  reason?: string | undefined
  /** Where it leaves the default: in what is measured of each clip, or in what is made of that. */
  partsAt: 'measuring' | 'formula' | 'nowhere'
  /** [default's, this one's] */
  differs: Record<string, [unknown, unknown]>
  /** The default's formula on what this one measures, minus the default's score. */
  dueToMeasuring: number | null
  /** This one's score minus that. */
  dueToFormula: number | null
}

export interface ScoresExplanation {
  metric: string
  defaultRecipe: string
  scores: ExplainedScore[]
  clips: { total: number; scored: number }
  failures: KinemetricRecord['failures']
}

/**
 * The same videos under every recipe of a metric and every choice of words in its settings, and what of each difference is due to what is measured and what to the
 * formula. For metrics whose score is no mean of what clips have by themselves: of others each clip's own values say it.
 * @throws what `evaluate` throws
 */
export async function explainScores({ metric, ...evaluated }: ExplainScoresOptions): Promise<ScoresExplanation> {
  const usual = findRecipe(metric)
  const recipes = metric.recipes.flatMap(({ id }) => variantsOf(metric, id))
  const out = await mkdtemp(join(tmpdir(), 'kinemetric-explain-'))
  try {
    const { record } = await evaluate({
      ...evaluated,
      out,
      cache: false,
      metrics: recipes.map(({ id }) => `${metric.id}:${id}`),
    })
    const scoreOf = (recipe: RecipeInfo) => record.scores.find((score) => score.recipe === recipe.id)
    const base = scoreOf(usual)?.value ?? null
    return {
      metric: metric.id,
      defaultRecipe: usual.id,
      scores: recipes.map((recipe) => {
        const score = scoreOf(recipe)
        const differs = settingDifferences(usual.settings, recipe.settings)
        // The default's formula with this one's settings.
        const like = recipes.find(
          (each) => each.id.split('+')[0] === usual.id && needKey(metric.needs(each)) === needKey(metric.needs(recipe)),
        )
        const same = like === undefined ? null : (scoreOf(like)?.value ?? null)
        const value = score?.value ?? null
        return {
          recipe: recipe.id,
          summary: recipe.summary,
          value,
          ...(value === null ? { reason: reasonOf(score) } : {}),
          partsAt: partingOf(metric, usual, recipe),
          differs,
          dueToMeasuring: same === null || base === null ? null : same - base,
          dueToFormula: same === null || value === null ? null : value - same,
        }
      }),
      clips: { total: record.clips.total, scored: record.clips.scored },
      failures: record.failures,
    }
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** A recipe, and it with every other choice of its settings' words. */
function variantsOf(metric: MetricSpec, id: string): RecipeInfo[] {
  let names = [id]
  for (const setting of findRecipe(metric, id).choosable ?? []) {
    if (setting.kind !== 'word') continue
    const others = setting.words.filter((word) => word !== setting.default)
    names = [...names, ...names.flatMap((name) => others.map((word) => `${name}+${setting.name}-${word}`))]
  }
  return names.map((name) => findRecipe(metric, name))
}

function partingOf(metric: MetricSpec, usual: RecipeInfo, recipe: RecipeInfo): ExplainedScore['partsAt'] {
  if (needKey(metric.needs(usual)) !== needKey(metric.needs(recipe))) return 'measuring'
  return usual.id === recipe.id ? 'nowhere' : 'formula'
}

function reasonOf(score: Score | undefined): string {
  return score?.warnings?.join('; ') ?? 'it was not scored'
}
