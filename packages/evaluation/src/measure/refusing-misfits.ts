import type { ClipPair } from '../clips/clip-pair.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** A measurer of frames of one size: a generated clip of another is the failure of its metrics alone, where something else takes it as it is. */
export function refusingMisfits(measurer: Measurer): Measurer {
  if (measurer.anySize === true) return measurer
  const measure = (pair: ClipPair) =>
    metricFailures(pair.reference.id, measurer.names, () => {
      if (pair.misfit !== undefined) throw pair.misfit
      return measurer.measure(pair)
    })
  if (measurer.measureTogether === undefined) return { ...measurer, measure }
  return {
    ...measurer,
    measure,
    measureTogether: (pairs) =>
      pairs.some(({ misfit }) => misfit !== undefined)
        ? Promise.all(pairs.map(measure))
        : measurer.measureTogether!(pairs),
  }
}
