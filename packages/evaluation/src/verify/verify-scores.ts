import { isError } from '@kinemetric/files'
import { clipValue, findRecipe, parseSignature } from '@kinemetric/metrics'
import { type KinemetricRecord, type Score, unrelatedRecipe } from '@kinemetric/records'
import { metricOfScore } from '../compare/metric-of-score.ts'
import type { Findings } from './finding.ts'
import { expected, intervalText } from './said.ts'
import { intervalKind } from '../kept-values/interval-kind.ts'
import { KeptScore } from '../kept-values/kept-score.ts'
import { seriesKey, type TableSeries } from '../kept-values/table-series.ts'
import { verifyDetails } from './verify-details.ts'
import { type DistanceFiles, verifyDistance } from './verify-distance.ts'

/** Where a score is checked, and what of. */
export interface ScoreFiles {
  file: string
  record: KinemetricRecord
  /** undefined where the record has no table that can be read. */
  series: ReadonlyMap<string, TableSeries> | undefined
  /** The source video of a clip that shares it with others. */
  unitOf: (clip: string) => string | undefined
  /** What distances between sets are of; undefined where the record has no hashes or nobody asks. */
  distances: DistanceFiles | undefined
}

/** Checks a score against its recipe, and makes it anew of the values of its clips: value, interval and number of clips to the bit. */
export async function verifyScore(score: Score, files: ScoreFiles, findings: Findings): Promise<void> {
  const { file } = files
  const name = `${score.metric}:${score.recipe}`
  const known = metricOfScore(score)
  verifyNames(score, name, files, findings)
  if (known?.recipe === undefined) {
    findings.leave(
      file,
      name,
      known === undefined ? 'this version has no such metric' : 'this version has no such recipe',
    )
    return
  }
  const { metric, recipe } = known
  if (!verifySignature(score, name, files, findings)) return
  if (metric.per === 'set') {
    if (files.distances === undefined)
      findings.leave(
        file,
        name,
        'a distance between sets: its features are not looked for, or the record has no hashes',
      )
    else await verifyDistance(score, { metric, recipe }, files.distances, file, findings)
    return
  }
  const own = files.series?.get(seriesKey(score.metric, score.recipe))
  if (own === undefined) {
    const has =
      files.series === undefined ? 'the record has no table that can be read' : 'its table has no values of it'
    if (score.value === null || files.series === undefined) findings.leave(file, name, has)
    else findings.fail(file, name, `expected values of its clips, found none: ${has}`)
    return
  }
  if (own.hasSamples) {
    findings.leave(file, name, 'several samples a clip: neither its value nor its interval is made anew')
    return
  }
  const frames = framesOf(own)
  for (const [clip, values] of frames) {
    const said = own.own.get(clip)
    const found = values.length === 0 ? Number.NaN : clipValue(metric, recipe.id, values)
    if (said === undefined || !Object.is(said, found))
      findings.fail(file, `${name} of clip ${clip}`, `expected ${found} of its frames, found ${said ?? 'none'}`)
    else findings.held++
  }
  const kept = new KeptScore(score, { metric, recipe, bestOf: false }, files.series ?? new Map(), files.unitOf)
  const kind = intervalKind(score.interval)
  const again = kept.scoreOf(kept.clips, kind ?? { interval: 'hall-t' })
  findings.check(file, `value of ${name}`, Object.is(again.value, score.value), () =>
    expected(again.value, score.value),
  )
  findings.check(file, `n of ${name}`, again.n === score.n, () => expected(again.n, score.n))
  if (kind === undefined)
    findings.fail(
      file,
      `interval of ${name}`,
      `expected a way of making intervals that there is, found ${score.interval?.method}`,
    )
  else
    findings.check(file, `interval of ${name}`, sameInterval(again.interval, score.interval), () =>
      expected(intervalText(again.interval), intervalText(score.interval)),
    )
  verifyDetails(score, again, files.series?.get(seriesKey(score.metric, unrelatedRecipe(score.recipe))), file, findings)
}

/** The frames' values of each clip, of those that have any that is defined. */
function framesOf({ frames }: TableSeries): Map<string, Float64Array> {
  return new Map(
    [...frames].map(([clip, values]) => [clip, Float64Array.from(values.filter((value) => !Number.isNaN(value)))]),
  )
}

/** A signature names the metric and the recipe that its score does, whether or not this version has them: what is renamed is not what was measured. */
function verifyNames(
  { metric, recipe: shown, signature }: Score,
  name: string,
  { file }: ScoreFiles,
  findings: Findings,
): void {
  try {
    const { metric: own, recipe = '', tracker, 'of-samples': rule } = parseSignature(signature)
    const said = `${recipe}${rule === undefined ? '' : `+${rule}`}${tracker === undefined ? '' : `/tracker:${tracker}`}`
    findings.check(file, `name of ${name}`, own === metric && said === shown, () =>
      expected(`${own}:${said}, as its signature says`, `${metric}:${shown}`),
    )
  } catch (error) {
    if (!isError(error)) throw error
    findings.fail(file, `name of ${name}`, error.message)
  }
}

/** Holds a signature against its recipe. @returns whether it is of this version, which can then make the score anew */
function verifySignature(score: Score, name: string, { file }: ScoreFiles, findings: Findings): boolean {
  const { metric, recipe } = metricOfScore(score)!
  const what = `signature of ${name}`
  try {
    const parts = parseSignature(score.signature)
    if (parts.v !== String(metric.version)) {
      findings.leave(file, name, `of version ${parts.v ?? 'none'} of the metric; this one has ${metric.version}`)
      return false
    }
    const { settings } = findRecipe(metric, recipe!.id)
    const wanted: Record<string, unknown> = { metric: metric.id, recipe: recipe!.id, ...settings }
    const other = Object.entries(wanted).find(([key, value]) => parts[key] !== String(value))
    findings.check(
      file,
      what,
      other === undefined,
      () => `${other?.[0]}: ${expected(other?.[1], parts[other?.[0] ?? ''])}`,
    )
    return true
  } catch (error) {
    if (!isError(error)) throw error
    findings.fail(file, what, error.message)
    return true
  }
}

function sameInterval(a: Score['interval'], b: Score['interval']): boolean {
  if (a === null || b === null) return a === b
  return Object.is(a.low, b.low) && Object.is(a.high, b.high) && a.level === b.level && a.method === b.method
}
