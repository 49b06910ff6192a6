import { clipError, clipTrouble, type Protocol } from '@kinemetric/benchmark'
import {
  maskOfFrame,
  type RegionAsk,
  type RegionMasks,
  type RegionOf,
  regionOf,
  regionPixels,
} from '@kinemetric/metrics'
import { contiguous, type FrameArray, pickFrames, readFrames, sliceFrames } from '@kinemetric/video'
import type { ClipPair } from '../../clips/clip-pair.ts'
import type { Measurement } from '../../journal/measurement.ts'
import { type MetricName, metricKey } from '../../plan/metric-name.ts'

/** Regions of a clip's scored frames, for metrics of a part of each frame. */
export interface FrameRegions {
  /** Pixels of the region of a metric, `[scored, H, W]`; undefined where it is of whole frames. */
  of(this: void, name: MetricName): Uint8Array | undefined
  /** Metrics whose region cannot be had. */
  unfit: ReadonlySet<MetricName>
  failures: NonNullable<Measurement['failures']>
  /** How many frames each metric's region leaves without a value. */
  notes: NonNullable<Measurement['notes']>
}

/** The regions that metrics ask for, of the reference's masks: the same for every method. */
export async function regionsOf(
  pair: ClipPair,
  names: readonly MetricName[],
  protocol: Protocol,
): Promise<FrameRegions> {
  const pixels = new Map<string, Uint8Array>()
  const regions = new Map<MetricName, Uint8Array>()
  const unfit = new Set<MetricName>()
  const failures: FrameRegions['failures'] = []
  const notes: FrameRegions['notes'] = {}
  const masks = maskReader(pair, protocol)
  const [, height, width] = pair.referenceScored.shape
  const shape = { frames: pair.scored.length, height, width }
  for (const name of names) {
    const ask = regionOf(name.recipe)
    if (ask === undefined) continue
    const key = JSON.stringify(ask)
    try {
      const region = pixels.get(key) ?? regionPixels(ask, await masks(ask), shape)
      pixels.set(key, region)
      regions.set(name, region)
      notes[metricKey(name)] = { frames: shape.frames, empty: emptyFrames(region, shape.frames) }
    } catch (error) {
      const failure = clipTrouble(pair.reference.id, error, 'reference-unreadable')
      if (failure === undefined) throw error
      unfit.add(name)
      failures.push({ ...failure, message: `${name.metric.id}: ${failure.message}` })
    }
  }
  return { of: (name) => regions.get(name), unfit, failures, notes }
}

function emptyFrames(region: Uint8Array, frames: number): number {
  const size = region.length / frames
  let empty = 0
  for (let t = 0; t < frames; t++) if (!region.subarray(t * size, (t + 1) * size).includes(1)) empty++
  return empty
}

/** Reads masks of the scored frames, each kind once. */
function maskReader(pair: ClipPair, protocol: Protocol): (ask: RegionAsk) => Promise<RegionMasks> {
  const read = new Map<RegionOf, Promise<Uint8Array>>()
  const one = (of: RegionOf) => {
    const found = read.get(of) ?? (of === 'object' ? objectPixels(pair, protocol) : driverPixels(pair))
    read.set(of, found)
    return found
  }
  return async ({ inside, outside }) => {
    const masks: RegionMasks = {}
    for (const each of [inside, outside]) if (each !== undefined) masks[each] = await one(each)
    return masks
  }
}

/** The pixels of any object. @throws KinemetricError `missing-reference` where there are no masks of every frame, `wrong-size` */
async function objectPixels(pair: ClipPair, { identity }: Protocol): Promise<Uint8Array> {
  const { objectMasks, id } = pair.reference
  if (objectMasks.length === 0)
    throw clipError('missing-reference', id, {
      expected: 'masks of objects in every frame',
      found: 'none',
      then: 'prepare the clip with masks of its objects, or leave out inside and outside',
    })
  const union = emptyLike(pair)
  for (const { object, readEach } of objectMasks) {
    if (readEach === undefined)
      throw clipError('missing-reference', id, {
        expected: `masks of ${object} in every frame`,
        found: 'one of the first frame alone',
        then: `prepare the clip again with masks of ${object} that are a video or a folder with a picture of every frame`,
      })
    addMask(union, scoredOf(await readEach(), pair, `masks of ${object}`), identity.motion.maskThreshold)
  }
  return union
}

/** Where the control signal's drivers are: it is black elsewhere. @throws KinemetricError `missing-reference` where it shows no drivers, `wrong-size` */
async function driverPixels(pair: ClipPair): Promise<Uint8Array> {
  const { control, controlType, id } = pair.reference
  if (control === undefined || controlType === 'video')
    throw clipError('missing-reference', id, {
      expected: 'a control signal that shows where its drivers are',
      found: control === undefined ? 'none' : 'pictures of another kind',
      then: 'prepare the clip with a control signal of masks or boxes, or take the masks of objects',
    })
  const union = emptyLike(pair)
  const { pixels } = await readFrames(control)
  addMask(union, scoredOf(pixels, pair, 'control signal'), undefined)
  return union
}

function emptyLike({ referenceScored: { shape } }: ClipPair): Uint8Array {
  return new Uint8Array(shape[0] * shape[1] * shape[2])
}

/** @throws KinemetricError `wrong-size` for masks of other frames than the clip's */
function scoredOf(masks: FrameArray, { scored, referenceFrames }: ClipPair, where: string): FrameArray {
  const [expected, found] = [referenceFrames, masks].map(({ shape }) => shape.slice(0, 3).join('×'))
  if (expected !== found) throw clipError('wrong-size', where, { expected: `${expected}, as the clip has`, found })
  return pickFrames(contiguous(masks), scored)
}

/** @param threshold of the red channel; undefined: any colour that is not near to black */
function addMask(union: Uint8Array, masks: FrameArray, threshold: number | undefined): void {
  const [frames, height, width] = masks.shape
  const size = height * width
  if (threshold === undefined) {
    const { data } = contiguous(masks)
    for (let i = 0; i < union.length; i++) if (data[3 * i] + data[3 * i + 1] + data[3 * i + 2] >= 128) union[i] = 1
    return
  }
  for (let t = 0; t < frames; t++)
    for (const [at, inside] of maskOfFrame(sliceFrames(masks, t, 1, 1), threshold).data.entries())
      if (inside !== 0) union[t * size + at] = 1
}
