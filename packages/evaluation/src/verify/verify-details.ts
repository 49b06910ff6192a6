import { isDeepStrictEqual } from 'node:util'
import type { Score } from '@kinemetric/records'
import type { Findings } from './finding.ts'
import { expected } from './said.ts'
import type { TableSeries } from '../kept-values/table-series.ts'

/**
 * What a score says beside its value and interval, as far as the values of its clips give it: unit and direction, counts of frames and units, shares at a bound,
 * the value without what is capped, warnings, and the level of chance.
 * @param again the same score, made of the values of its clips
 * @param unrelated each clip's value against the references of others; undefined where the table has none
 */
export function verifyDetails(
  score: Score,
  again: Score,
  unrelated: TableSeries | undefined,
  file: string,
  findings: Findings,
): void {
  const name = `${score.metric}:${score.recipe}`
  const check = (what: string, wanted: unknown, found: unknown) =>
    findings.check(file, `${what} of ${name}`, isDeepStrictEqual(wanted, found), () =>
      expected(JSON.stringify(wanted), JSON.stringify(found)),
    )
  check('unit', again.unit, score.unit)
  check('direction', again.better, score.better)
  for (const field of ['frames', 'units', 'atBound', 'withoutCapped'] as const)
    check(field, again.details?.[field], score.details?.[field])
  const missing = again.warnings?.find((each) => score.warnings?.includes(each) !== true)
  findings.check(file, `warnings of ${name}`, missing === undefined, () => expected(missing, 'none'))
  const said = score.details?.unrelated
  if (unrelated === undefined) {
    if (said !== undefined) findings.leave(file, `level of chance of ${name}`, 'its table has no values of it')
    return
  }
  const values = [...unrelated.own.values()]
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length
  check(
    'level of chance',
    { value: Number.isFinite(mean) ? mean : null, n: values.length },
    { value: said?.value, n: said?.n },
  )
}
