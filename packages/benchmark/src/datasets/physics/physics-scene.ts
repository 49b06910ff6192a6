import type { ProbeObject, ProbeScene, ProbeTrack } from '@kinemetric/records'
import { frameStride } from '../../protocol/frame-stride.ts'
import type { ProtocolIdentity } from '../../protocol/protocol.ts'
import type { DatasetClip } from '../dataset-adapter.ts'
import type { FrameSource } from '../frame-source.ts'
import { driverPairs, forceFrom, type Hit, probePair } from '../probe/force.ts'
import { type ClipGeometry, placement } from '../probe/mask-in-clip.ts'
import { trackFacts } from '../probe/track-facts.ts'
import { bodyExtents } from './body-extents.ts'
import type { ClipMotion } from './motion.ts'

/** What happens in a clip of the physics benchmark under a protocol. */
export interface PhysicsScene {
  readonly scene: ProbeScene
  /** Whether what happens without the driver begins as the clip does: nothing was hit before. */
  readonly comparable: boolean
}

/**
 * The scene of a clip for probes: tracks are centroids of the masks in the clip's frames, hits and what happens without the driver are the simulation's.
 * @returns undefined under a protocol that does not take every n-th frame, and for a video with too few of them
 * @throws KinemetricError as reading the masks does; `unsupported-fps`
 */
export async function physicsScene(
  clip: DatasetClip,
  motion: ClipMotion,
  protocol: ProtocolIdentity,
): Promise<PhysicsScene | undefined> {
  const sourceFrames = await sourceFramesOf(clip, motion, protocol)
  if (sourceFrames === undefined) return undefined
  const [start] = sourceFrames
  const last = sourceFrames.at(-1) ?? start
  const geometry: ClipGeometry = protocol.geometry === null ? null : { size: protocol.geometry.size }
  const { driver } = motion
  const masksOf = new Map((clip.objects ?? []).map(({ object, mask }) => [object, mask]))
  if (clip.control !== undefined) masksOf.set(driver, clip.control)
  const measured: {
    name: string
    native: readonly [number, number] | undefined
    facts: ReturnType<typeof trackFacts>
  }[] = []
  for (const { name } of motion.bodies) {
    const found = await extentsOf(masksOf.get(name), sourceFrames, geometry, protocol)
    measured.push({
      name,
      native: found?.native,
      facts: trackFacts(found?.extents ?? sourceFrames.map(() => undefined)),
    })
  }
  const uncontrolled = measured.filter(({ name, facts }) => name !== driver && facts.area > 0).map(({ name }) => name)
  const all = motion.collisions.map(({ frame, bodies }): Hit<string> => ({ frame, objects: bodies }))
  const collisions = all.filter(({ frame }) => frame > start && frame <= last)
  const reached = forceFrom([driver], collisions, start)
  const comparable = all.every(({ frame }) => frame > start)
  const native = measured.find((each) => each.native !== undefined)?.native
  const without = comparable ? motion.without.find((each) => each.driver === driver) : undefined
  const truth =
    without === undefined || native === undefined
      ? null
      : Object.fromEntries(
          without.bodies.map(({ name, places }) => [name, trackOf(places, sourceFrames, native, geometry)]),
        )
  const roleOf = (name: string): ProbeObject['role'] => {
    if (name === driver) return 'driver'
    return uncontrolled.includes(name) ? 'uncontrolled' : 'absent'
  }
  const scene: ProbeScene = {
    schema: 'kinemetric/probe-scene@1',
    sourceFrames,
    objects: measured.map(({ name, facts: { area, delta, track, onset } }) => ({
      id: name,
      name: name.replaceAll('_', ' '),
      role: roleOf(name),
      colour: name === driver ? [255, 255, 255] : null,
      mask: roleOf(name) === 'uncontrolled' ? name : null,
      area,
      delta,
      track,
      onset,
      depth: reached.get(name)?.depth ?? null,
      reachedAt: reached.get(name)?.frame ?? null,
    })),
    collisions: collisions.map(({ frame, objects: [a, b] }) => ({ frame, objects: [a, b] })),
    pairs: driverPairs([driver], uncontrolled, collisions, start).map((pair) => probePair(pair, sourceFrames, truth)),
  }
  return { scene, comparable }
}

/** Every n-th frame of the simulation, as the protocol cuts the video. */
async function sourceFramesOf(
  { video }: DatasetClip,
  motion: ClipMotion,
  { window: { frames, start, stride, fps, resample } }: ProtocolIdentity,
): Promise<number[] | undefined> {
  if (video === undefined || resample !== undefined) return undefined
  const step = stride ?? frameStride(video.files[0], await video.rate(), fps)
  const there = Math.max(0, Math.ceil((motion.frames - start) / step))
  const count = frames === 'all' ? there : frames
  return count === 0 || count > there ? undefined : Array.from({ length: count }, (_, t) => start + t * step)
}

async function extentsOf(
  masks: FrameSource | undefined,
  sourceFrames: readonly number[],
  geometry: ClipGeometry,
  { motion: { maskThreshold } }: ProtocolIdentity,
) {
  if (masks === undefined) return undefined
  const [start, next = start + 1] = sourceFrames
  const window = { start, stride: next - start, count: sourceFrames.length }
  const found = await bodyExtents(masks, window, geometry, maskThreshold)
  return found.extents.length === sourceFrames.length ? found : undefined
}

function trackOf(
  places: readonly (readonly [number, number])[],
  sourceFrames: readonly number[],
  native: readonly [number, number],
  geometry: ClipGeometry,
): ProbeTrack {
  const { scaleX, scaleY, left, top } = placement(native, geometry)
  return sourceFrames.map((frame) => {
    const place = places.at(frame)
    return place === undefined ? null : [place[0] * scaleX - left, place[1] * scaleY - top]
  })
}
