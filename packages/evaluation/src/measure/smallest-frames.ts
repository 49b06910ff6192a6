import { clipError } from '@kinemetric/benchmark'
import { networkCatalogue } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import type { ClipPair, ClipVideo } from '../clips/clip-pair.ts'
import type { Measurement } from '../journal/measurement.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** A measurer whose network is not run on frames smaller than its card says: they are the clip's failure of its metrics, and of no other ones. */
export function refusingSmallFrames(measurer: Measurer): Measurer {
  const { network } = measurer.use
  const smallest = networkCatalogue.find(({ id }) => id === network)?.smallestSize
  if (network === undefined || smallest === undefined) return measurer
  const requiring =
    <Seen extends ClipVideo>(measure: (seen: Seen) => Promise<Measurement>) =>
    (seen: Seen) =>
      metricFailures(seen.reference.id, measurer.names, () => {
        requireSize(network, smallest, seen.generatedFrames)
        return measure(seen)
      })
  if (measurer.alone === true) return { ...measurer, measure: requiring((video) => measurer.measure(video)) }
  const measure = requiring((pair: ClipPair) => measurer.measure(pair))
  if (measurer.measureTogether === undefined) return { ...measurer, measure }
  const isSmall = ({ generatedFrames: { shape } }: ClipVideo) => Math.min(shape[1], shape[2]) < smallest
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
