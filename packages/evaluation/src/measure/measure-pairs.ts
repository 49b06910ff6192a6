import { benchmarkError, type Protocol } from '@kinemetric/benchmark'
import { meanOverRegion, regionOf } from '@kinemetric/metrics'
import type { PairDistance } from '@kinemetric/networks'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { Measurement } from '../journal/measurement.ts'
import type { MetricName } from '../plan/metric-name.ts'
import { regionsOf } from './regions/frame-regions.ts'
import { measuredValues } from './measured-values.ts'
import type { PairMeasurer } from './measurer.ts'
import { metricFailures } from './metric-failures.ts'

/** Metrics made of a network's distance between the frames of both sides. */
export function pairMeasurer(
  use: NeedUse,
  names: readonly MetricName[],
  network: PairDistance,
  protocol: Protocol,
): PairMeasurer {
  const ofRegions = names.filter(({ recipe }) => regionOf(recipe) !== undefined)
  const ofFrames = names.filter((name) => !ofRegions.includes(name))
  const named = ({ reference, scored }: ClipPair, distances: Float32Array) =>
    measuredValues(reference.id, ofFrames, { values: Float64Array.from(distances), scored })
  const measure: PairMeasurer['measure'] = (pair) =>
    metricFailures(pair.reference.id, names, async () => {
      if (ofRegions.length === 0) return named(pair, await network.distance(pair.generatedScored, pair.referenceScored))
      const parts = await measureRegions(pair, ofRegions, network, protocol)
      if (ofFrames.length > 0)
        parts.push(named(pair, await network.distance(pair.generatedScored, pair.referenceScored)))
      return {
        values: Object.assign({}, ...parts.map(({ values }) => values)),
        notes: Object.assign({}, ...parts.map(({ notes }) => notes)),
        failures: parts.flatMap(({ failures = [] }) => failures),
      }
    })
  return {
    use,
    names,
    uses: 'network',
    measure,
    // The reference is looked at once. What fails then fails each by itself, as it would alone.
    measureTogether: async (pairs) => {
      if (ofRegions.length > 0) return Promise.all(pairs.map(measure))
      const [{ referenceScored }] = pairs
      const all = await network
        .distances(
          pairs.map(({ generatedScored }) => generatedScored),
          referenceScored,
        )
        .catch(() => undefined)
      if (all === undefined) return Promise.all(pairs.map(measure))
      return Promise.all(
        pairs.map((pair, at) => metricFailures(pair.reference.id, names, async () => named(pair, all[at]))),
      )
    },
  }
}

/** Metrics of a part of each frame: of the network's map. */
async function measureRegions(
  pair: ClipPair,
  names: readonly MetricName[],
  network: PairDistance,
  protocol: Protocol,
): Promise<Measurement[]> {
  if (network.map === undefined)
    throw benchmarkError('no-formula', network.network, {
      expected: 'a network with a map, for a part of each frame',
      found: 'one of whole frames alone',
    })
  const { reference, generatedScored, referenceScored, scored } = pair
  const regions = await regionsOf(pair, names, protocol)
  const parts: Measurement[] = [{ notes: regions.notes, failures: regions.failures }]
  const fit = names.filter((name) => !regions.unfit.has(name))
  if (fit.length === 0) return parts
  const map = await network.map(generatedScored, referenceScored)
  const [, height, width] = referenceScored.shape
  const size = height * width
  for (const name of fit) {
    const region = regions.of(name)
    if (region === undefined) continue
    const values = Float64Array.from(scored, (_, t) => {
      const [from, to] = [t * size, (t + 1) * size]
      const ofFrame = { values: map.subarray(from, to), height, width, top: 0, left: 0 }
      return meanOverRegion(ofFrame, region.subarray(from, to), width)
    })
    parts.push(measuredValues(reference.id, [name], { values, scored }))
  }
  return parts
}
