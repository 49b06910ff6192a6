import { benchmarkError, type Protocol } from '@kinemetric/benchmark'
import { didYouMean, isError, KinemetricError } from '@kinemetric/files'
import { isUnverified, missingWeights, type NetworkOptions, openNetwork, type WeightUse } from '@kinemetric/networks'
import { GIVEN } from '@kinemetric/metrics'
import type { GivenFeatures } from './given/given-features.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import { nameMetric } from '../plan/metric-name.ts'
import type { PlannedNeed } from '../plan/metric-plan.ts'
import type { FeatureCache } from '../store/feature-cache.ts'
import { featureMeasurer } from './measure-features.ts'
import { givenMeasurer, givenUse } from './given/measure-given.ts'
import { openFrameMeasurer } from './measure-frames.ts'
import { pairMeasurer } from './measure-pairs.ts'
import { probeMeasurer } from './measure-probe.ts'
import { trackedRowsMeasurer } from './measure-tracked-rows.ts'
import { trackletMeasurer } from './measure-tracklets.ts'
import { videoMeasurer } from './measure-video.ts'
import { videoFeatureMeasurer } from './measure-video-features.ts'
import { takesMeasurer } from './measure-takes.ts'
import { refusingMisfits } from './refusing-misfits.ts'
import { refusingSmallFrames } from './smallest-frames.ts'
import type { Measurer } from './measurer.ts'

/** How measurers are opened. */
export interface MeasureOptions {
  protocol: Protocol
  /** Ids of trackers, the first whose weights are there. */
  tracker: string | readonly string[]
  cache: FeatureCache
  provider: string
  network: NetworkOptions
  /** Rows that were brought. */
  given?: readonly GivenFeatures[] | undefined
}

export interface OpenMeasurers {
  measurers: Measurer[]
  weights: WeightUse[]
  /** Metrics that were left out, and why. */
  warnings: string[]
  close(): Promise<void>
}

/**
 * Opens what measures. A metric whose weights are missing is left out with a warning unless it was asked for by name.
 * @throws KinemetricError `weights`, and what opening a network throws
 */
export async function openMeasurers(needs: readonly PlannedNeed[], options: MeasureOptions): Promise<OpenMeasurers> {
  const opening = new Opening(options)
  try {
    for (const planned of needs) await opening.add(planned)
    return opening.result()
  } catch (error) {
    await opening.close()
    throw error
  }
}

/** Measurers while they are being opened: a tracker serves several needs. */
class Opening {
  readonly #options: MeasureOptions
  readonly #measurers: Measurer[] = []
  readonly #weights: WeightUse[] = []
  readonly #warnings: string[] = []
  readonly #closing: (() => Promise<void>)[] = []
  #tracker: ReturnType<typeof openNetwork<'tracklets'>> | undefined

  constructor(options: MeasureOptions) {
    this.#options = options
  }

  async add(planned: PlannedNeed): Promise<void> {
    try {
      this.#measurers.push(refusingMisfits(refusingSmallFrames(await this.#open(planned))))
    } catch (error) {
      const missing = missingWeights(error)
      if (missing === undefined) throw error
      const ids = [...new Set(planned.metrics.map(({ metric }) => metric.id))].join(', ')
      if (planned.metrics.some((metric) => metric.required)) throw withWayOut(error, ids)
      const { id, licence, command } = missing
      // Not the error's own text: it names this machine's folders, and records are published.
      this.#warnings.push(`${ids} left out: the weights ${id} (${licence}) are not there; ${command}`)
    }
  }

  async #open(planned: PlannedNeed): Promise<Measurer> {
    const { key, need } = planned
    const { protocol, network: how } = this.#options
    const named = (use: NeedUse) => planned.metrics.map((metric) => nameMetric(metric, use, protocol))
    if (need.kind === 'frames') {
      const measurer = openFrameMeasurer(named({ key }), protocol)
      this.#closing.push(() => measurer.close())
      return measurer
    }
    if (need.kind === 'video') return videoMeasurer({ key }, named({ key }))
    if (need.kind === 'takes') return takesMeasurer({ key }, named({ key }), need.ask)
    if (need.kind === 'distance') {
      const network = this.#keep(await openNetwork('distance', need.ask, how))
      const use = { key, network: network.network, digest: network.digest }
      return pairMeasurer(use, named(use), network, protocol)
    }
    if (need.kind === 'features' || need.kind === 'video-features') {
      const { given = [] } = this.#options
      const own = given.find(({ encoder }) => encoder === need.ask.network)
      if (need.kind === 'features' && need.ask.preprocessing === GIVEN) {
        if (own === undefined) throw notGiven(need.ask.network, given)
        this.#warnings.push(...own.warnings)
        const use = givenUse(key, own)
        return givenMeasurer(use, named(use), need.ask, own, this.#options)
      }
      const extractor = this.#keep(await openNetwork('features', need.ask, how))
      const use = { key, network: extractor.network, digest: extractor.digest }
      if (need.kind === 'video-features')
        return videoFeatureMeasurer(use, named(use), need.ask, extractor, this.#options)
      return featureMeasurer(use, named(use), need.ask, extractor, this.#options)
    }
    const tracker = await this.#openTracker()
    const use = { key, network: tracker.id, digest: tracker.digest, settings: { ...tracker.settings } }
    if (need.kind === 'tracked-rows') return trackedRowsMeasurer(use, named(use), need.ask, tracker, this.#options)
    if (need.kind === 'probe') return probeMeasurer(use, named(use), need.ask.points, tracker, this.#options)
    return trackletMeasurer(use, named(use), need.ask.points, tracker, this.#options)
  }

  async #openTracker() {
    if (this.#tracker !== undefined) return (await this.#tracker).network
    this.#tracker = openNetwork('tracklets', { network: this.#options.tracker }, this.#options.network)
    return this.#keep(await this.#tracker)
  }

  #keep<N extends { close(): Promise<void> }>(opened: { network: N; weights: readonly WeightUse[] }): N {
    this.#weights.push(...opened.weights)
    this.#closing.push(() => opened.network.close())
    return opened.network
  }

  result(): OpenMeasurers {
    const weights = distinct(this.#weights)
    const unverified = weights
      .filter(isUnverified)
      .map(({ id }) => `${id} was given by hand: nothing vouches for its content`)
    return {
      measurers: this.#measurers,
      weights,
      warnings: [...this.#warnings, ...unverified],
      close: () => this.close(),
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#closing.splice(0).map((close) => close()))
  }
}

function distinct(weights: readonly WeightUse[]): WeightUse[] {
  return [...new Map(weights.map((weight) => [weight.id, weight])).values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function notGiven(encoder: string, given: readonly GivenFeatures[]) {
  const names = given.map((each) => each.encoder)
  return benchmarkError('bad-option', 'metrics', {
    expected: `features of ${encoder}: --features ${encoder}=<file> and --reference-features ${encoder}=<file>`,
    found: names.length === 0 ? 'none' : `those of ${names.join(', ')}`,
    then: didYouMean(encoder, names),
  })
}

/** The same error, with what goes without the weights. */
function withWayOut(error: unknown, ids: string): unknown {
  if (!isError(error)) return error
  const { kind, code, where, sentence, details } = error
  const then = `Without it: --metrics all leaves out ${ids}, and whatever else has no weights here, and says so.`
  return new KinemetricError(kind, code, where, `${sentence}\n${then}`, { cause: error, details })
}
