import type { Protocol } from '@kinemetric/benchmark'
import type { SignatureValue } from '@kinemetric/metrics'

/** What every signature of a protocol's scores says: frames, size and how the frames came to that size. */
export function protocolExtra(protocol: Protocol): Record<string, SignatureValue> {
  const { geometry, excludedFrames, id, version, window } = protocol.identity
  const size = geometry === null ? 'native' : geometry.size.join('x')
  return {
    protocol: `${id}-${version}`,
    frames: scoredRange(window.frames, excludedFrames),
    size,
    ...(window.resample === undefined ? {} : { resampled: window.resample }),
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
