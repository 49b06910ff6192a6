import { clipError } from '@kinemetric/benchmark'
import { networkCatalogue } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** A measurer whose network is not run on frames smaller than its card says: they are the clip's failure of its metrics, and of no other ones. */
export function refusingSmallFrames(measurer: Measurer): Measurer {
  const { network } = measurer.use
  const smallest = networkCatalogue.find(({ id }) => id === network)?.smallestSize
  if (network === undefined || smallest === undefined) return measurer
  const measure: Measurer['measure'] = (pair) =>
    metricFailures(pair.reference.id, measurer.names, () => {
      requireSize(network, smallest, pair.referenceFrames)
      return measurer.measure(pair)
    })
  if (measurer.measureTogether === undefined) return { ...measurer, measure }
  const isSmall = ({ referenceFrames: { shape } }: ClipPair) => Math.min(shape[1], shape[2]) < smallest
  return {
    ...measurer,
    measure,
    measureTogether: (pairs) =>
      pairs.some(isSmall) ? Promise.all(pairs.map(measure)) : measurer.measureTogether!(pairs),
  }
}

/** @throws KinemetricError `wrong-size` */
function requireSize(network: string, smallest: number, { shape: [, height, width] }: FrameArray): void {
  if (Math.min(height, width) >= smallest) return
  throw clipError('wrong-size', network, {
    expected: `frames of at least ${smallest}×${smallest} (height × width), the least that ${network} takes`,
    found: `${height}×${width}`,
  })
}
