/** x1, y1, x2, y2 in pixels of the original frame. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number]

/** A point in pixels of the original frame: 1 on the object, 0 beside it. */
export interface LabelledPoint {
  readonly x: number
  readonly y: number
  readonly label: 0 | 1
}

/** What is said of one object on one frame: a box, points, or both. One an object and frame. */
export interface MaskPrompt {
  readonly object: string
  readonly frame: number
  readonly box?: Box | undefined
  readonly points?: readonly LabelledPoint[] | undefined
}

/** One frame as it crosses to a tracker: sRGB bytes, `[H, W, 3]` row-major. */
export interface MaskFrame {
  readonly index: number
  readonly height: number
  readonly width: number
  readonly rgb: Uint8Array
}

/** A mask of one object on one frame. */
export interface ObjectMask {
  readonly object: string
  /** `[H, W]` of the frame, row-major: 1 where the object is, 0 elsewhere. */
  readonly mask: Uint8Array
  /** The logits that were above 0 there; only where tensors are kept. */
  readonly logits?: Float32Array | undefined
  /** A logit: whether the object is there at all. */
  readonly objectScore: number
  /** What the network expects of the overlap with the truth, 0..1. */
  readonly iou: number
  /** Whether the object was judged absent, so that its mask was made empty. Never where frames are taken alone. */
  readonly absent: boolean
  /** Whether the mask comes of a prompt on this frame, and not of other frames. */
  readonly prompted: boolean
}

/** A tensor that is kept to be held against another implementation. */
export interface KeptTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The same of whole numbers. */
export interface KeptIntegers {
  readonly shape: readonly number[]
  readonly data: Int32Array
}

/** Masks of one frame, and what was kept of the way there. */
export interface FrameMasks {
  readonly frame: number
  readonly objects: readonly ObjectMask[]
  readonly kept?: Readonly<Record<string, KeptTensor>> | undefined
}

/** What is the same for all frames of a tracked video. */
export interface MaskVideoPlan {
  /** Of the whole video, from 0. */
  readonly frames: number
  /** In the order of results. */
  readonly objects: readonly string[]
  /** Frames with prompts, by object. */
  readonly prompted: Readonly<Record<string, readonly number[]>>
}

/** What can be chosen of masks. */
export interface MaskChoices {
  /** Holes of at most so many cells of the network's own map (8-connected) are filled; 0: none. */
  readonly fillHoles: number
  /** Of overlapping objects only the one with the highest logit keeps a pixel. Where frames are followed. */
  readonly nonOverlapping?: boolean | undefined
  /** Keep tensors for a dump. */
  readonly keep?: boolean | undefined
}

/**
 * Draws masks of objects that are pointed at, on single frames (`still`) or through a video (`begin`, then `condition` for every prompted frame, then
 * `step` for frame after frame). What loops over frames is `trackMasks`. Memory does not grow with the number of frames, only with that of prompted ones.
 */
export interface MaskTracker {
  /** `sam2.1-large`, … */
  readonly id: string
  /** Of the weights' tensors: for signatures. */
  readonly digest: string
  /** Sides of the square that frames are resized to, pixels. */
  readonly imageSize: number
  /** Masks of one frame from prompts on it alone. */
  still(frame: MaskFrame, prompts: readonly MaskPrompt[], choices: MaskChoices): Promise<FrameMasks>
  /** Begins a video; what was remembered of another is forgotten. */
  begin(plan: MaskVideoPlan, choices: MaskChoices): Promise<void>
  /** Takes up the prompts of one frame. Every prompted frame comes before the first `step`. */
  condition(frame: MaskFrame, prompts: readonly MaskPrompt[]): Promise<void>
  /**
   * Masks of one frame by what is remembered; on a frame with a prompt those of the prompt.
   * @param objects those that are followed here
   * @param direction 1 forwards, −1 backwards: frames come in that order
   */
  step(frame: MaskFrame, objects: readonly string[], direction: 1 | -1): Promise<FrameMasks>
  /** What is remembered of an object, by frame: for dumps, and only where `keep` was chosen. */
  remembered(): Promise<Readonly<Record<string, KeptTensor | KeptIntegers>>>
  close(): Promise<void>
}
