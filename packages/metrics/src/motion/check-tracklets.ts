import type { Tracklets } from '@kinemetric/networks'
import { metricError } from '../recipes/metric-error.ts'

/**
 * Checks tracklets before anything is computed from them.
 *
 * @throws KinemetricError `shape-mismatch` when the arrays do not hold N × T points, `empty` for no point, `too-few` for
 * T = 1 (which has no motion), `not-finite` naming the first point that is not a number
 */
export function checkTracklets(tracklets: Tracklets, side: string, where: string): void {
  const { points, visible, count, length } = tracklets
  if (points.length !== count * length * 2 || visible.length !== count * length) {
    throw metricError('shape-mismatch', where, {
      expected: `${side} points [${count}, ${length}, 2] and visible [${count}, ${length}]`,
      found: `${points.length} and ${visible.length} values`,
    })
  }
  if (count < 1) throw metricError('empty', where, { expected: `at least one ${side} tracklet`, found: 'none' })
  if (length < 2) {
    throw metricError('too-few', where, { expected: `${side} tracklets of at least 2 frames`, found: `${length}` })
  }
  const at = points.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) {
    const track = Math.floor(at / (2 * length))
    const frame = Math.floor((at % (2 * length)) / 2)
    throw metricError('not-finite', where, {
      expected: `finite ${side} coordinates`,
      found: `${points[at]} in tracklet ${track}, frame ${frame}`,
    })
  }
}

/**
 * Checks two sets of tracklets; `matched` also asks for the same number of them.
 *
 * @throws KinemetricError as `checkTracklets`, and `shape-mismatch` for another T (or, matched, another N)
 */
export function checkTrackletPair(generated: Tracklets, reference: Tracklets, matched: boolean, where: string): void {
  checkTracklets(generated, 'generated', where)
  checkTracklets(reference, 'reference', where)
  if (generated.length !== reference.length) {
    throw metricError('shape-mismatch', where, {
      expected: 'tracklets of one length',
      found: `${generated.length} generated and ${reference.length} reference frames`,
    })
  }
  if (matched && generated.count !== reference.count) {
    throw metricError('shape-mismatch', where, {
      expected: 'as many generated as reference tracklets, point by point',
      found: `${generated.count} and ${reference.count}`,
    })
  }
}

/** Share of the points of all frames that the tracker holds for invisible, 0..1. */
export function invisibleShare({ visible }: Tracklets): number {
  let invisible = 0
  for (const flag of visible) if (flag === 0) invisible++
  return invisible / visible.length
}

/** Share of the tracklets that never leave the disc of that radius (pixels) around their first point, 0..1. */
export function staticShare({ points, count, length }: Tracklets, radius: number): number {
  let still = 0
  for (let n = 0; n < count; n++) {
    const start = n * length * 2
    let moved = false
    for (let t = 1; t < length && !moved; t++) {
      const dx = points[start + 2 * t] - points[start]
      const dy = points[start + 2 * t + 1] - points[start + 1]
      moved = dx * dx + dy * dy > radius * radius
    }
    if (!moved) still++
  }
  return still / count
}
