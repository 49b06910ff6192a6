import { isDeepStrictEqual } from 'node:util'
import { isError } from '@kinemetric/files'
import { onnxruntimeVersion } from '@kinemetric/networks'
import { findDistance, findRecipe, type Gaussian, scoreDistance, type Side } from '@kinemetric/metrics'
import { describeMachine, type KinemetricRecord, type Score } from '@kinemetric/records'
import { concludingAs } from '../compare/concluding-as.ts'
import type { ClipHash } from '../compare/compared-record.ts'
import { featurePlaces, keptSet, type SetMetric } from '../compare/kept-sets.ts'
import { needKey } from '../plan/need-key.ts'
import type { FeatureReader } from '../store/feature-reader.ts'
import type { Findings } from './finding.ts'
import { expected, intervalText } from './said.ts'
import type { KeptStatistics } from './verify-options.ts'

/**
 * Processors sum products of matrices in orders of their own, which moves last digits: of 2,048 dimensions by 1e-13 where that was seen. A hand moves more.
 */
const otherProcessor = 1e-9

/** What distances are made anew of. */
export interface DistanceFiles {
  /** Of the record. */
  path: string
  record: KinemetricRecord
  hashes: readonly ClipHash[]
  /** Where rows of features are looked for. */
  store: FeatureReader
  statistics?: KeptStatistics | undefined
  /** Interval and all else too, which take minutes of many rows. */
  whole: boolean
}

/** Makes a distance anew of the rows of features that are kept. */
export async function verifyDistance(
  score: Score,
  named: SetMetric,
  { path, record, hashes, store, statistics, whole }: DistanceFiles,
  file: string,
  findings: Findings,
): Promise<void> {
  const name = `${score.metric}:${score.recipe}`
  try {
    const byClip = Map.groupBy(hashes, ({ clip }) => clip)
    const places = await featurePlaces({ record, hashes: byClip }, named, { comparable: () => true }, store)
    if (typeof places === 'string') {
      const need = named.metric.needs(named.recipe)
      const kept = await statistics?.(path, needKey(need))
      if (kept !== undefined) {
        await verifyOfStatistics(score, named, kept, record, file, findings)
        return
      }
      findings.leave(file, name, `a distance between sets: ${places}`)
      return
    }
    const first = (clip: string) => byClip.get(clip)?.[0]
    const units = {
      unitOf: (clip: string) => first(clip)?.unit ?? clip,
      weightOf: (clip: string) => first(clip)?.weight ?? 1,
    }
    const set = keptSet(places, [...places.keys()], units, store)
    const again = await named.metric.conclude(set, named.recipe, {
      ...concludingAs(score, record),
      valueAlone: !whole,
    })
    checkNumber(`value of ${name}`, again.value, score.value, record, file, findings)
    checkNumber(`n of ${name}`, again.n, score.n, record, file, findings)
    if (!whole) {
      findings.leave(file, `interval of ${name}`, 'not made anew (--pairs does)')
      return
    }
    const [own, said] = [again.interval, score.interval]
    if (own === null || said === null)
      findings.check(file, `interval of ${name}`, own === said, () => expected(intervalText(own), intervalText(said)))
    else {
      const { low, high, ...how } = said
      const { low: lowAgain, high: highAgain, ...howAgain } = own
      checkNumber(`low of ${name}`, lowAgain, low, record, file, findings)
      checkNumber(`high of ${name}`, highAgain, high, record, file, findings)
      findings.check(file, `interval of ${name}`, isDeepStrictEqual(how, howAgain), () =>
        expected(intervalText(own), intervalText(said)),
      )
    }
  } catch (error) {
    if (!isError(error)) throw error
    findings.fail(file, name, error.message)
  }
}

/** A value of means and covariances, which say nothing of intervals. */
async function verifyOfStatistics(
  score: Score,
  { metric: { id }, recipe }: SetMetric,
  kept: Record<Side, Gaussian>,
  record: KinemetricRecord,
  file: string,
  findings: Findings,
): Promise<void> {
  const name = `${score.metric}:${score.recipe}`
  const metric = findDistance(id)
  const taken = metric.distance.statistics?.(findRecipe(metric, recipe.id), kept.generated, name)
  if (taken === undefined) {
    findings.leave(
      file,
      name,
      'a distance between sets: of its features mean and covariance are kept, which hold no pairs of rows',
    )
    return
  }
  if (taken.covariance !== kept.generated.covariance) {
    findings.leave(file, name, 'a distance between sets: its covariances have another divisor than those that are kept')
    return
  }
  const { value, n } = await scoreDistance(metric, kept.generated, kept.reference, {
    recipe: recipe.id,
    interval: false,
    floor: false,
    extrapolation: false,
    influential: 0,
  })
  checkNumber(`value of ${name}`, value, score.value, record, file, findings)
  checkNumber(`n of ${name}`, n, score.n, record, file, findings)
  findings.leave(file, `interval of ${name}`, 'of mean and covariance there is none: it is of the rows')
}

function checkNumber(
  what: string,
  again: number | null,
  said: number | null,
  { provenance }: KinemetricRecord,
  file: string,
  findings: Findings,
): void {
  const same = Object.is(again, said)
  const { cpu, onnxruntime } = describeMachine(onnxruntimeVersion())
  const isElsewhere = provenance.machine.cpu !== cpu || provenance.machine.onnxruntime !== onnxruntime
  if (!same && isElsewhere && again !== null && said !== null && near(again, said))
    findings.leave(
      file,
      what,
      'the same to nine digits and not to the bit: it was made on another processor or by another onnxruntime, which sums in another order',
    )
  else findings.check(file, what, same, () => expected(again, said))
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= otherProcessor * Math.max(Math.abs(a), Math.abs(b))
}
