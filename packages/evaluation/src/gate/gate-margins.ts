import { didYouMean } from '@kinemetric/files'
import type { CalibratedMetric, GateCalibration, GateMarginParts, Score } from '@kinemetric/records'
import { gateError } from './rules/gate-error.ts'

/** A margin that was asked for, `lpips=0.01` or `lpips:alex=0.01`, in the metric's unit. */
export interface AskedMargin {
  metric: string
  /** Absent: of all recipes of the metric. */
  recipe?: string | undefined
  value: number
}

/** @throws KinemetricError `bad-margin` for what is no `metric=number` above 0 */
export function parseMargin(text: string): AskedMargin {
  const at = text.lastIndexOf('=')
  const [name, number] = [text.slice(0, Math.max(0, at)).trim(), text.slice(at + 1).trim()]
  const value = Number(number)
  if (at < 0 || name === '')
    throw gateError('bad-margin', '--margin', { expected: 'metric=number, as lpips=0.01', found: text })
  if (number === '' || !Number.isFinite(value) || value <= 0)
    throw gateError('bad-margin', '--margin', {
      expected: `a number above 0 for ${name}, how much worse is still acceptable in its unit`,
      found: number === '' ? 'nothing' : number,
    })
  const colon = name.indexOf(':')
  return colon < 0 ? { metric: name, value } : { metric: name.slice(0, colon), recipe: name.slice(colon + 1), value }
}

/** Refuses margins of what no record has, and one that is asked for twice. @throws KinemetricError `bad-margin` */
export function requireKnownMargins(margins: readonly AskedMargin[], scores: readonly Score[]): void {
  const seen = new Set<string>()
  for (const margin of margins) {
    const name = marginName(margin)
    if (seen.has(name)) throw gateError('bad-margin', '--margin', { expected: `one margin of ${name}`, found: 'two' })
    seen.add(name)
    if (scores.some((score) => isOf(margin, score))) continue
    const known = scoreNames(scores)
    throw gateError('bad-margin', '--margin', {
      expected: `a score of the baseline (${[...new Set(scores.map(({ metric }) => metric))].join(', ')})`,
      found: name,
      then: didYouMean(name, [...known]),
    })
  }
}

/** Each score as its metric and as metric:recipe. */
export function scoreNames(scores: readonly Score[]): Set<string> {
  return new Set(scores.flatMap(({ metric, recipe }) => [metric, `${metric}:${recipe}`]))
}

function marginName({ metric, recipe }: AskedMargin): string {
  return recipe === undefined ? metric : `${metric}:${recipe}`
}

function isOf({ metric, recipe }: AskedMargin, score: Score): boolean {
  return score.metric === metric && (recipe === undefined || score.recipe === recipe)
}

/** What a calibration says of a score: nothing where its signature is another one. */
export function calibratedOf(score: Score, calibration: GateCalibration | undefined): CalibratedMetric | undefined {
  return calibration?.metrics.find(({ metric, signature }) => metric === score.metric && signature === score.signature)
}

/** The margin of a score: the largest of what was asked for (that of its recipe before that of its metric) and what was calibrated; null where there is none. */
export function marginOf(
  score: Score,
  margins: readonly AskedMargin[],
  calibration: GateCalibration | undefined,
): GateMarginParts | null {
  const asked = margins.filter((margin) => isOf(margin, score))
  const own = (asked.find(({ recipe }) => recipe !== undefined) ?? asked[0])?.value ?? null
  const calibrated = calibratedOf(score, calibration)
  if (own === null && calibrated === undefined) return null
  const [repeatability, codec] = [calibrated?.repeatabilityLimit ?? null, calibrated?.codecShift ?? null]
  return { value: Math.max(own ?? 0, repeatability ?? 0, codec ?? 0), own, repeatability, codec }
}
