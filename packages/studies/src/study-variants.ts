import { join } from 'node:path'
import { planMetrics } from '@kinemetric/evaluation'
import { canonicalJson, isError, writeWhole } from '@kinemetric/files'
import { isTracked } from '@kinemetric/metrics'
import { type KinemetricRecord, readRecords } from '@kinemetric/records'
import type { BenchmarkVariant } from './benchmark/benchmark-schema.ts'
import { studyError } from './benchmark/study-error.ts'
import { scoreMethods } from './stages/score-methods.ts'
import type { StageContext } from './stages/stage-context.ts'
import { metricOf, openStudy } from './study/open-study.ts'
import { requireInputs } from './study/require-inputs.ts'
import type { Study } from './study/study.ts'
import type { StudyAsk, StudyHow } from './study/study-options.ts'
import { studyPlaces } from './study/study-places.ts'
import { openState } from './study/study-state.ts'
import { isOfRecipes, isScoredAgain, movesBetween, type VariantOutcome } from './variants/variant-moves.ts'

/** What became of all variants; `variants.json` in the study's folder has it too. */
export interface StudyVariants {
  readonly benchmark: string
  readonly outcomes: readonly VariantOutcome[]
  readonly file: string
}

/**
 * Scores a finished study again under each of its benchmark's variants that needs no new clips, and says how far every number moves; of variants whose clips
 * have to be made it says how, or how far their numbers moved where they were made. Other recipes are scored in one pass. Goes on where it was cut off.
 * @throws KinemetricError `bad-option` where the study has no records yet; what scoring throws
 */
export async function studyVariants(ask: StudyAsk, how: StudyHow = {}): Promise<StudyVariants> {
  const study = await openStudy(ask)
  const { id, variants } = study.benchmark
  const places = studyPlaces(ask.out)
  const state = await openState(places.state, id, study.variant?.id)
  const base = await recordsIn(places.results)
  if (base.length === 0)
    throw studyError('bad-option', '--variants', {
      expected: `records in ${places.results}`,
      found: 'none',
      then: `run it first: kinemetric reproduce ${ask.benchmark.asked} --out ${ask.out}`,
    })
  const context: StageContext = { study, how, places, state }
  const outcomes: VariantOutcome[] = []
  const ofRecipes = variants.filter(isOfRecipes)
  const recipes = await scoredRecipes(context, ofRecipes, base)
  for (const variant of variants) {
    const { id: name, question, says, changes } = variant
    const head = { id: name, question, says, command: null }
    if (isOfRecipes(variant)) {
      const moves = movesBetween(base, recipes, changes.metrics)
      outcomes.push({ ...head, state: moves.length > 0 ? 'scored' : 'no weights', moves })
    } else if (isScoredAgain(variant)) {
      const moves = movesBetween(base, await scoredVariant(context, variant, base))
      outcomes.push({ ...head, state: moves.length > 0 ? 'scored' : 'no weights', moves })
    } else {
      const made = join(places.variants, name)
      const moves = movesBetween(base, await recordsIn(studyPlaces(made).results))
      const given = Object.entries(ask.data ?? {}).flatMap(([word, paths]) =>
        paths.map((path) => ` --data ${word}=${path}`),
      )
      const command = `kinemetric reproduce ${ask.benchmark.asked}${given.join('')} --variant ${name} --out ${made}`
      outcomes.push({ ...head, command, state: moves.length > 0 ? 'made' : 'to make', moves })
    }
  }
  const file = join(ask.out, 'variants.json')
  await writeWhole(file, canonicalJson({ schema: 'kinemetric/variants@1', benchmark: id, outcomes }))
  return { benchmark: id, outcomes, file }
}

async function recordsIn(results: string): Promise<KinemetricRecord[]> {
  const found = await readRecords(results).catch((error: unknown) => {
    if (isError(error, 'input', 'not-found')) return { records: [] }
    throw error
  })
  return found.records.map(({ record }) => record)
}

/** All other recipes, in one pass. */
async function scoredRecipes(
  context: StageContext,
  variants: readonly BenchmarkVariant[],
  base: readonly KinemetricRecord[],
): Promise<KinemetricRecord[]> {
  const metrics = [...new Set(variants.flatMap(({ changes }) => changes.metrics ?? []))]
  return scoredAs(context, 'recipes', context.study, metrics, base)
}

/** A variant of other frames, points, tracker or sample: the metrics that it can move. */
async function scoredVariant(
  context: StageContext,
  { id, changes }: BenchmarkVariant,
  base: readonly KinemetricRecord[],
): Promise<KinemetricRecord[]> {
  const { ask, protocols, benchmark } = context.study
  const variant = await openStudy({ ...ask, variant: id })
  const { metrics } = benchmark
  const all =
    metrics === 'all' ? [...new Set(base.flatMap(({ scores }) => scores.map(({ metric }) => metric)))] : metrics
  const followsAlone = changes.excludedFrames === undefined && changes.sample === undefined
  const [{ protocol }] = protocols
  const follows = (text: string) => planMetrics([text], protocol).needs.every(({ need }) => isTracked(need))
  return scoredAs(context, id, variant, followsAlone ? all.filter(follows) : all, base)
}

async function scoredAs(
  context: StageContext,
  as: string,
  study: Study,
  metrics: readonly string[],
  base: readonly KinemetricRecord[],
): Promise<KinemetricRecord[]> {
  const { places, how } = context
  if (metrics.length === 0) return []
  // Methods that were left out of the study have no clips here.
  const methods = study.methods.filter(({ id }) => base.some(({ method }) => method.id === id))
  const asked = { ...study, methods, benchmark: { ...study.benchmark, metrics: [...metrics] } }
  const here = await withWeights(asked, (message) => how.onProgress?.({ kind: 'warning', message }))
  if (here === undefined) return []
  const out = join(places.variants, as)
  for (const protocol of here.protocols) {
    const rows = here.methods.filter(({ protocols }) => protocols.includes(protocol.id))
    const own = { ...context, study: { ...here, ask: { ...here.ask, out: study.ask.out } } }
    const list = here.benchmark.metrics === 'all' ? metrics : here.benchmark.metrics
    await scoreMethods(own, { protocol, metrics: list, out, as }, rows)
  }
  const records = await recordsIn(out)
  const known = new Set(metrics.map(metricOf))
  return records.map((record) => ({ ...record, scores: record.scores.filter(({ metric }) => known.has(metric)) }))
}

/** The study with what has weights; undefined where nothing has. */
async function withWeights(study: Study, tell: (message: string) => void): Promise<Study | undefined> {
  try {
    // Clips are there: what made them is not wanted.
    const { masks: _, ...data } = study.data
    const methods = study.methods.map((row) => ({
      ...row,
      method: { ...row.method, spec: { ...row.method.spec, checkpoints: {} } },
    }))
    const found = await requireInputs({ ...study, methods, data: { ...data, masks: undefined, given: [] } }, true, tell)
    return { ...found, methods: study.methods }
  } catch (error) {
    if (!isError(error, 'missing')) throw error
    return undefined
  }
}
