import { join } from 'node:path'
import type { ManifestClip } from '@kinemetric/benchmark'
import { type Frames, readFrames, readImage } from '@kinemetric/video'

/** What an honest method may see of one clip: the type has no reference. Each part is read when it is asked for. */
export interface Condition {
  readonly clip: string
  /** The first frame, uint8 [1, H, W, 3] in sRGB. */
  readonly image: () => Promise<Frames>
  /** The control signal, frame f belonging to output frame f: uint8 [T, H, W, 3], white (255) where the driver is. */
  readonly control: { readonly type: 'mask'; readonly frames: () => Promise<Frames> } | undefined
  readonly text: string | undefined
  /** How many frames are wanted, frame 0 included. */
  readonly frames: number
  /** [height, width] in pixels. */
  readonly size: readonly [number, number]
  /** Frames a second; null where the source does not say. */
  readonly fps: number | null
  /** The path of a file that the dataset keeps beside the clip (the physics benchmark's scene), if there is one of that name. */
  readonly asset: (name: string) => string | undefined
}

/** What a probe of the metrics sees besides: the answer. A method that gets it says so in method.json and is shown as trivial. */
export interface OracleCondition extends Condition {
  /** The reference as the protocol prepared it: uint8 [T, H, W, 3]. */
  readonly reference: () => Promise<Frames>
}

/** @param root the manifest's folder */
export function conditionOf(root: string, clip: ManifestClip): Condition {
  const { control } = clip
  return {
    clip: clip.id,
    image: async () => ({ pixels: await readImage(join(root, clip.image.path)), fps: undefined }),
    control: control && { type: control.type, frames: () => readFrames(join(root, control.dir)) },
    text: clip.label,
    frames: clip.window.count,
    size: clip.geometry.target,
    fps: clip.fps,
    asset: (name) => {
      const file = clip.assets?.[name]
      return file && join(root, file.path)
    },
  }
}

/** @param root the manifest's folder */
export function oracleConditionOf(root: string, clip: ManifestClip): OracleCondition {
  return { ...conditionOf(root, clip), reference: () => readFrames(join(root, clip.reference.path)) }
}
