import { clipError } from '@kinemetric/benchmark'
import type { ClipTakes, TakesNeed } from '@kinemetric/metrics'
import { contiguous, type FrameArray, frameArray, MovingScene, Mpeg4Masks, streamFrames } from '@kinemetric/video'
import type { ClipPair } from '../clips/clip-pair.ts'
import type { NeedUse } from '../journal/journal-identity.ts'
import type { MetricName } from '../plan/metric-name.ts'
import type { ReferenceClip } from '../references/reference-clips.ts'
import { measuredValues } from './measured-values.ts'
import type { Measurer } from './measurer.ts'
import { metricFailures, withReference } from './metric-failures.ts'

/** Seconds by which a generated clip may be longer or shorter than the reference. */
const SAME_LENGTH = 0.001

/** A mask's pixel is set above this. */
const SET_ABOVE = 127

/** Metrics of a scene that was filmed several times: the generated clip, brought to the reference's size, the reference, its takes, and where all of them move. */
export function takesMeasurer(use: NeedUse, names: readonly MetricName[], ask: TakesNeed): Measurer {
  const real = new WeakMap<ReferenceClip, Promise<RealTakes>>()
  const measure = async (pair: ClipPair) => {
    const { reference } = pair
    const read = () => {
      const known = real.get(reference) ?? readTakes(reference, ask)
      real.set(reference, known)
      return known
    }
    return withReference(reference.id, 'takes', read, async ({ takes, moving }) => {
      requireSameLength(pair)
      const { frames, mask } = await readGenerated(pair, ask)
      const given: ClipTakes = {
        generated: frames,
        reference: pair.referenceFrames,
        takes,
        moving: { generated: mask, reference: moving[0], takes: moving.slice(1) },
      }
      return measuredValues(reference.id, names, given)
    })
  }
  return {
    use,
    names,
    uses: 'host',
    anySize: true,
    measure: (pair) => metricFailures(pair.reference.id, names, () => measure(pair)),
  }
}

/** The further takes, and where the reference and each of them move. */
interface RealTakes {
  takes: FrameArray[]
  moving: Uint8Array[]
}

async function readTakes(reference: ReferenceClip, { codec }: TakesNeed): Promise<RealTakes> {
  const { takes = [] } = reference
  if (takes.length === 0 || reference.movingPixels === undefined)
    throw clipError('missing-reference', reference.id, { expected: 'a further take of its scene', found: 'none' })
  const masks = await reference.movingPixels(codec)
  return {
    takes: await Promise.all(takes.map((take) => take.read())),
    moving: masks.map((mask) => firstChannel(contiguous(mask).data)),
  }
}

/** 1 where a mask of three equal channels is set. */
function firstChannel(rgb: Uint8Array): Uint8Array {
  const mask = new Uint8Array(rgb.length / 3)
  for (let i = 0; i < mask.length; i++) mask[i] = rgb[3 * i] > SET_ABOVE ? 1 : 0
  return mask
}

/** @throws KinemetricError `unsupported-fps` for frames of another rate: as many of them last longer, or not as long */
function requireSameLength({ generatedPath, generatedFps, generatedFrames, reference: { fps } }: ClipPair): void {
  if (generatedFps === undefined || fps === null) return
  const [count] = generatedFrames.shape
  const [seconds, wanted] = [count / generatedFps, count / fps]
  if (Math.abs(seconds - wanted) <= SAME_LENGTH) return
  throw clipError('unsupported-fps', generatedPath, {
    expected: `${count} frames in ${inWords(wanted)} s (${inWords(fps)} a second)`,
    found: `in ${inWords(seconds)} s (${inWords(generatedFps)} a second)`,
  })
}

function inWords(value: number): string {
  return String(Number(value.toFixed(4)))
}

/** The generated clip at the reference's size, and where it moves: found at its own size. */
async function readGenerated(
  { generatedFrames, generatedFps, generatedPath, reference, referenceFrames }: ClipPair,
  { codec, decode }: TakesNeed,
): Promise<{ frames: FrameArray; mask: Uint8Array }> {
  if (codec === 'mpeg4' && !(await Mpeg4Masks.isThere()))
    throw clipError('metric-failed', generatedPath, {
      expected: 'an encoder of MPEG-4 for masks (node-av has one)',
      found: 'none',
      then: 'physics-iq.maskCodec=lossless needs none',
    })
  const [count, height, width] = generatedFrames.shape
  const [, toHeight, toWidth] = referenceFrames.shape
  const from = { height, width, fps: reference.fps ?? generatedFps ?? 0 }
  using scene = await MovingScene.open(from, { height: toHeight, width: toWidth }, count, [codec])
  // Pictures have one way to be read; and a clip is decoded again only where the way is another.
  if (decode === 'opencv' && generatedFps !== undefined)
    for await (const { pixels } of streamFrames(generatedPath, { colours: decode, transient: true }))
      scene.add(contiguous(pixels).data)
  else {
    const { data } = contiguous(generatedFrames)
    for (let t = 0; t < count; t++) scene.add(data.subarray(t * height * width * 3, (t + 1) * height * width * 3))
  }
  const { frames, masks } = scene.end()
  return { frames: frameArray(frames, count, toHeight, toWidth), mask: masks[codec] ?? new Uint8Array(0) }
}
