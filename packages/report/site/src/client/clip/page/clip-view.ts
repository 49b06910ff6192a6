import type { ClipCurvesShard } from '../../../../../src/data-files/curves-file.ts'
import {
  controlSide,
  hasTracks,
  referenceSide,
  sideOfMethod,
  videoAddress,
} from '../../../../../src/data-files/media-address.ts'
import type { ProtocolData } from '../../../../../src/data-files/protocol-file.ts'
import type { ClipValuesShard } from '../../../../../src/data-files/values-file.ts'
import { loadData } from '../../data/load-data.ts'
import { askedPart } from '../../page/asked-part.ts'
import type { PlayerClip, PlayerCurve, PlayerSide } from '../player/player-clip.ts'

/** What data files say of one clip, as far as they could be had. */
export interface ClipData {
  protocol: ProtocolData
  /** Place among the protocol's clips. */
  clip: number
  values: ClipValuesShard | null
  curves: ClipCurvesShard | null
}

/** What a player shows of a clip. */
export function playerClip(data: ClipData): PlayerClip {
  const { protocol, clip, curves } = data
  const { head } = protocol
  return {
    id: protocol.ids[clip],
    frames: Math.max(1, curves?.frames(clip) ?? (head.frames === 'all' ? 1 : head.frames)),
    excluded: head.excludedFrames,
    size: head.size,
    sides: sidesOf(data),
    curves: curvesOf(data),
    loadTracks: async () => (await askedPart('overlays')).clipTracks(protocol, clip, loadData),
  }
}

function sidesOf({ protocol, clip, curves }: ClipData): PlayerSide[] {
  const { head, mediaOf } = protocol
  const files = head.media.sets[mediaOf[clip]]?.files ?? []
  const video = (side: number): PlayerSide['video'] => {
    const address = videoAddress(protocol, clip, side)
    return address === null ? null : { address, facts: files.find((file) => file.side === side)?.facts ?? null }
  }
  const none = 'No video of this side is published here.'
  const faults = curves?.failures(clip) ?? []
  const control = video(controlSide)
  const of = (key: string, name: string, side: number): PlayerSide => ({
    key,
    name,
    series: 0,
    trivial: false,
    video: video(side),
    why: none,
    hasTracks: hasTracks(protocol, clip, side),
  })
  return [
    of('reference', 'Reference', referenceSide),
    ...(control === null ? [] : [of('control', 'Control', controlSide)]),
    ...head.methods.map(({ id, name, series, trivial }, at): PlayerSide => {
      const fault = faults.find(({ method }) => method === at)
      return {
        ...of(id, name, sideOfMethod(at)),
        series,
        trivial,
        why: fault === undefined ? none : `${name} failed on this clip: ${fault.reason} (${fault.message}).`,
      }
    }),
  ]
}

function curvesOf({ protocol, clip, curves, values }: ClipData): PlayerCurve[] {
  if (curves === null) return []
  const { methods, metrics } = protocol.head
  return metrics.flatMap((metric, at): PlayerCurve[] => {
    if (!metric.curve) return []
    const bySide = new Map<string, ArrayLike<number>>()
    const ofClip = new Map<string, number>()
    for (const [method, { id }] of methods.entries()) {
      const curve = curves.curve(at, method, clip)
      if (curve === null || !curve.some(Number.isFinite)) continue
      bySide.set(id, curve)
      ofClip.set(id, values?.value(at, method, clip) ?? Number.NaN)
    }
    if (bySide.size === 0) return []
    const { id: key, label, unit, better, decimals } = metric
    return [{ key, label, unit, better, decimals, bySide, ofClip }]
  })
}
