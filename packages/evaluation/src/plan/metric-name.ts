import { type MetricInfo, scoreClips, type SignatureValue } from '@kinemetric/metrics'
import type { Score } from '@kinemetric/records'
import { fromStored, type ScoredClip, type StoredNumber, toStored } from '../journal/measurement.ts'
import type { Protocol } from '@kinemetric/benchmark'

/** A metric under a recipe, as this evaluation scores it. */
export interface MetricName {
  info: MetricInfo
  /** Of the catalogue. */
  recipe: string
  /** As the record shows it: the recipe, and for motion metrics `/tracker:<id>` behind it. */
  shown: string
  /** What the recipe does not know, for the signature. */
  extra: Readonly<Record<string, SignatureValue | undefined>>
}

/** A metric's name in the journal: `psnr/frame-mean`. */
export function metricKey({ info, shown }: Pick<MetricName, 'info' | 'shown'>): string {
  return `${info.id}/${shown}`
}

/** Values of frames (or, at frame −1, of the clip) as the journal keeps them. */
export function stored(
  frames: readonly number[],
  values: ArrayLike<number>,
): { frames: number[]; values: StoredNumber[] } {
  return { frames: [...frames], values: Array.from(values, toStored) }
}

/** A clip's values of a metric without those that are undefined; undefined where there is none. */
export function clipValues(clip: ScoredClip, key: string): Float64Array | undefined {
  const values = clip.values[key]?.values.map(fromStored).filter((value) => !Number.isNaN(value)) ?? []
  return values.length === 0 ? undefined : Float64Array.from(values)
}

/** The set's score of a metric with values per frame or clip; clips without a value are left out of `n`, and a warning counts them. */
export function summariseName(name: MetricName, clips: readonly ScoredClip[], protocol: Protocol): Score {
  const key = metricKey(name)
  const perClip = clips.flatMap((clip) => clipValues(clip, key) ?? [])
  const options = { seed: protocol.identity.seeds.bootstrap, ...protocol.identity.bootstrap, extra: name.extra }
  const score = scoreClips(name.info, name.recipe, perClip, options)
  const without = clips.length - perClip.length
  const warnings = [
    ...(score.warnings ?? []),
    ...(without > 0 && perClip.length > 0 ? [`${without} of ${clips.length} clips have no value`] : []),
  ]
  return { ...score, recipe: name.shown, ...(warnings.length > 0 ? { warnings } : {}) }
}

/** What every signature of a protocol's scores says: frames, size and how the frames came to that size. */
export function protocolExtra(protocol: Protocol): Record<string, SignatureValue> {
  const { geometry, excludedFrames, id, version, window } = protocol.identity
  const size = geometry === null ? 'native' : geometry.size.join('x')
  return {
    protocol: `${id}-${version}`,
    frames: scoredRange(window.frames, excludedFrames),
    size,
    ...(geometry === null ? {} : { prepared: `${geometry.video}-${geometry.fit}-${geometry.crop}` }),
  }
}

function scoredRange(frames: number | 'all', excluded: readonly number[]): string {
  const without = excluded.length === 0 ? '' : `-without-${excluded.join(',')}`
  if (frames === 'all') return `all${without}`
  const indices = scoredFrames(frames, excluded)
  const consecutive = indices.every((index, i) => index === indices[0] + i)
  return consecutive ? `${indices[0]}-${indices[indices.length - 1]}` : indices.join(',')
}

/** Indices of the frames that metrics see. */
export function scoredFrames(count: number, excluded: readonly number[]): number[] {
  return Array.from({ length: count }, (_, index) => index).filter((index) => !excluded.includes(index))
}
