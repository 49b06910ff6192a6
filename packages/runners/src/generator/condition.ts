import { join } from 'node:path'
import type { ControlType, Manifest, ManifestClip } from '@kinemetric/benchmark'
import { type Frames, readFrames, readImage } from '@kinemetric/video'
import { textOf } from './capabilities.ts'
import { requireContent, requireFrames } from './checked-files.ts'
import { runnerError } from './runner-error.ts'
import type { RunClip } from './with-pairs.ts'

/**
 * What an honest method may see of one clip: the type has no reference. Each part is read when it is asked for, and held against the manifest's sha256 of it.
 */
export interface Condition {
  readonly clip: string
  /** What its noise is drawn by: the clip, or the clip of which it is a pair, so that the two differ in their control signal alone. */
  readonly noiseKey: string
  /** The first frame, uint8 [1, H, W, 3] in sRGB. */
  readonly image: () => Promise<Frames>
  /**
   * The control signal, frame f belonging to output frame f: uint8 [T, H, W, 3]; white (255) where the driver is for masks and boxes, a colour a driver on black
   * for `rgb`. It is of a kind that method.json says.
   */
  readonly control: { readonly type: ControlType; readonly frames: () => Promise<Frames> } | undefined
  readonly text: string | undefined
  /** How many frames are wanted, frame 0 included. */
  readonly frames: number
  /** [height, width] in pixels. */
  readonly size: readonly [number, number]
  /** Frames a second; null where the source does not say. */
  readonly fps: number | null
  /** The path of a file that the dataset keeps beside the clip (the physics benchmark's scene), if there is one of that name. */
  readonly asset: (name: string) => Promise<string | undefined>
}

/** What a probe of the metrics sees besides: the answer. A method that gets it says so in method.json and is shown as trivial. */
export interface OracleCondition extends Condition {
  /** The reference as the protocol prepared it: uint8 [T, H, W, 3]. */
  readonly reference: () => Promise<Frames>
}

/** What a probe sees besides that shows how little a metric asks for: another clip's answer. */
export interface UnrelatedCondition extends OracleCondition {
  /**
   * The reference of another clip of the manifest, of the same size and number of frames: uint8 [T, H, W, 3].
   * @throws KinemetricError `missing-condition` where there is none
   */
  readonly unrelated: () => Promise<Frames>
}

/** @param root the manifest's folder */
export function conditionOf(root: string, clip: RunClip): Condition {
  const { control } = clip
  return {
    clip: clip.id,
    noiseKey: clip.noiseKey,
    image: async () => {
      const pixels = await readImage(join(root, clip.image.path))
      await requireContent(root, clip.image)
      return { pixels, fps: undefined }
    },
    control: control && {
      type: control.type,
      frames: async () => {
        const frames = await readFrames(join(root, control.dir))
        await requireFrames(root, control)
        return frames
      },
    },
    text: textOf(clip),
    frames: clip.window.count,
    size: clip.geometry.target,
    fps: clip.fps,
    asset: async (name) => {
      const { assets = {} } = clip
      if (!Object.hasOwn(assets, name)) return undefined
      await requireContent(root, assets[name])
      return join(root, assets[name].path)
    },
  }
}

/** The condition, of which picture and control are being read from now on. What of them cannot be read is said when it is asked for. */
export function readAhead(condition: Condition): Condition {
  const { control } = condition
  const [image, frames] = [condition.image(), control?.frames()]
  for (const read of [image, frames]) read?.catch(() => undefined)
  return {
    ...condition,
    image: () => image,
    control: control && { type: control.type, frames: () => frames ?? control.frames() },
  }
}

/** @throws KinemetricError `missing-condition` of a prompt, which has no reference */
async function readReference(root: string, { id, reference }: ManifestClip): Promise<Frames> {
  if (reference === undefined)
    throw runnerError('missing-condition', id, { expected: 'a reference', found: 'a prompt, which has none' })
  const frames = await readFrames(join(root, reference.path))
  await requireContent(root, reference)
  return frames
}

/** @param root the manifest's folder */
export function oracleConditionOf(root: string, clip: RunClip): OracleCondition {
  return { ...conditionOf(root, clip), reference: () => readReference(root, clip) }
}

/**
 * Another clip of a manifest for each of its clips: the next one on one cycle through all clips that is of another source video, has a reference and is of the same
 * shape (`unrelatedPartners`, seed 0). Which it is depends on the manifest alone; a pair has its clip's.
 */
export async function unrelatedClipOf({
  clips,
}: Pick<Manifest, 'clips'>): Promise<(clip: RunClip) => ManifestClip | undefined> {
  // Loaded when it is needed: every other method runs without it.
  const { unrelatedPartners } = await import('@kinemetric/metrics')
  const partnersOf = unrelatedPartners(
    clips.map(({ id, source }) => ({ id, unit: `${source.dataset}/${source.video}` })),
    0,
  )
  const byId = new Map(clips.map((clip) => [clip.id, clip]))
  return ({ noiseKey, window, geometry: { target } }) => {
    for (const id of partnersOf(noiseKey)) {
      const other = byId.get(id)
      if (other?.reference === undefined || other.window.count !== window.count) continue
      if (other.geometry.target[0] === target[0] && other.geometry.target[1] === target[1]) return other
    }
    return undefined
  }
}

/** @param root the manifest's folder @param other the clip whose reference it is given, where there is one */
export function unrelatedConditionOf(root: string, clip: RunClip, other: ManifestClip | undefined): UnrelatedCondition {
  return {
    ...oracleConditionOf(root, clip),
    unrelated: async () => {
      if (other !== undefined) return readReference(root, other)
      throw runnerError('missing-condition', clip.id, {
        expected: `another source video in the manifest with ${clip.window.count} frames of ${clip.geometry.target.join('×')}`,
        found: 'none',
      })
    },
  }
}
