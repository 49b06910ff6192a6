import { networkError } from '../tracklets/network-error.ts'
import type { FrameMasks, MaskChoices, MaskFrame, MaskPrompt, MaskTracker } from './mask-tracker.ts'

/** A video whose frames can be read from any place. */
export interface MaskVideo {
  /** What it is called in messages. */
  readonly name: string
  readonly frames: number
  readonly height: number
  readonly width: number
  /** Frames `start` to `start + count − 1`, in order. */
  read(start: number, count: number): AsyncIterable<MaskFrame>
}

/** `box-per-frame`: every frame by its own prompts. `box-propagate`: from prompted frames through the video, by what is remembered. */
export type MaskMode = 'box-per-frame' | 'box-propagate'

export interface TrackMasksOptions extends MaskChoices {
  readonly mode: MaskMode
  readonly signal?: AbortSignal | undefined
  /** Frames whose masks are known already are not asked for again. For `box-per-frame`, where frames do not depend on one another. */
  readonly isKnown?: ((frame: MaskFrame) => boolean) | undefined
}

/** The most bytes of frames that are held for the way back through a video, which can be read forwards alone. */
const CHUNK_BYTES = 2 ** 28

/**
 * Masks of a video, frame after frame, in the order in which they come about. Each object is followed by itself, from its first prompted frame to the end
 * and then from there back to frame 0 (where its first prompted frame comes again, as in the original's second call).
 *
 * Objects stand in the order of their first prompts. Frames are yielded with the objects that were masked on them: with `box-per-frame` only prompted ones.
 *
 * @throws KinemetricError as `checkPrompts`; as the tracker does; the signal's reason
 */
export async function* trackMasks(
  tracker: MaskTracker,
  video: MaskVideo,
  prompts: readonly MaskPrompt[],
  options: TrackMasksOptions,
): AsyncGenerator<FrameMasks> {
  checkPrompts(video, prompts)
  if (options.mode === 'box-per-frame') yield* eachAlone(tracker, video, prompts, options)
  else yield* throughVideo(tracker, video, prompts, options)
}

/** The objects in the order of their first prompts: by frame, and on one frame as they are given. */
export function objectsOf(prompts: readonly MaskPrompt[]): string[] {
  const first = [...firstFrames(prompts)]
  return first.sort(([, a], [, b]) => a - b).map(([object]) => object)
}

/**
 * What can be said of prompts before any network is opened. A box may stick out of the frame: it is taken as it is, neither clamped nor rounded, as in the
 * original (facebookresearch/sam2 at 2b90b9f); of one that lies beside the frame nothing is to be seen. Points lie in the frame or on its border.
 * @throws KinemetricError `no-points` without a prompt, `bad-prompt` for one that says nothing, two of one object on one frame and a box without an area,
 * `point-outside` for frames and places that the video does not have
 */
export function checkPrompts(
  video: Pick<MaskVideo, 'name' | 'frames' | 'height' | 'width'>,
  prompts: readonly MaskPrompt[],
): void {
  if (prompts.length === 0)
    throw networkError('no-points', video.name, { expected: 'at least one object', found: 'none' })
  const known = new Set<string>()
  for (const prompt of prompts) {
    const where = `object ${prompt.object} on frame ${prompt.frame}`
    if (!Number.isInteger(prompt.frame) || prompt.frame < 0 || prompt.frame >= video.frames) {
      const expected = `a frame of 0..${video.frames - 1}, as ${video.name} has`
      throw networkError('point-outside', where, { expected, found: String(prompt.frame) })
    }
    const key = JSON.stringify([prompt.object, prompt.frame])
    if (known.has(key)) throw networkError('bad-prompt', where, { expected: 'one prompt', found: 'two' })
    known.add(key)
    checkPlaces(prompt, where, video)
  }
}

function checkPlaces(
  { box, points = [] }: MaskPrompt,
  where: string,
  { height, width }: Pick<MaskVideo, 'height' | 'width'>,
): void {
  if (box === undefined && points.length === 0)
    throw networkError('bad-prompt', where, { expected: 'a box or points', found: 'neither' })
  const inside = (x: number, y: number) => x >= 0 && x <= width && y >= 0 && y <= height
  if (box !== undefined) {
    const [x1, y1, x2, y2] = box
    const found = `[${box.join(', ')}]`
    if (!(x2 > x1) || !(y2 > y1)) {
      const expected = 'a box [x1, y1, x2, y2] with x1 < x2 and y1 < y2'
      throw networkError('bad-prompt', where, { expected, found })
    }
    if (!(x1 < width && x2 > 0 && y1 < height && y2 > 0)) {
      const expected = `a box that has an area inside the frame of ${width}×${height} (width × height)`
      throw networkError('point-outside', where, { expected, found })
    }
  }
  for (const { x, y } of points) {
    if (inside(x, y)) continue
    const expected = `points inside the frame of ${width}×${height} (width × height)`
    throw networkError('point-outside', where, { expected, found: `x=${x}, y=${y}` })
  }
}

function firstFrames(prompts: readonly MaskPrompt[]): Map<string, number> {
  const first = new Map<string, number>()
  for (const { object, frame } of prompts) first.set(object, Math.min(frame, first.get(object) ?? Infinity))
  return first
}

async function* eachAlone(
  tracker: MaskTracker,
  video: MaskVideo,
  prompts: readonly MaskPrompt[],
  { signal, isKnown, ...options }: TrackMasksOptions,
): AsyncGenerator<FrameMasks> {
  const order = objectsOf(prompts)
  for await (const { frame, own } of promptedFrames(video, prompts, signal)) {
    if (isKnown?.(frame) === true) continue
    yield await tracker.still(
      frame,
      own.toSorted((a, b) => order.indexOf(a.object) - order.indexOf(b.object)),
      choicesOf(options),
    )
  }
}

/** What a tracker is told; it may be in another process. */
function choicesOf({ fillHoles, nonOverlapping, keep }: MaskChoices): MaskChoices {
  return { fillHoles, nonOverlapping, keep }
}

/** The frames with prompts, read in one pass. */
async function* promptedFrames(
  video: MaskVideo,
  prompts: readonly MaskPrompt[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ frame: MaskFrame; own: MaskPrompt[] }> {
  const byFrame = Map.groupBy(prompts, ({ frame }) => frame)
  const start = Math.min(...byFrame.keys())
  const end = Math.max(...byFrame.keys())
  for await (const frame of video.read(start, end - start + 1)) {
    signal?.throwIfAborted()
    const own = byFrame.get(frame.index)
    if (own !== undefined) yield { frame, own }
  }
}

async function* throughVideo(
  tracker: MaskTracker,
  video: MaskVideo,
  prompts: readonly MaskPrompt[],
  { signal, ...options }: TrackMasksOptions,
): AsyncGenerator<FrameMasks> {
  const objects = objectsOf(prompts)
  const first = firstFrames(prompts)
  const prompted = Object.fromEntries(
    objects.map((object) => [object, prompts.filter((prompt) => prompt.object === object).map(({ frame }) => frame)]),
  )
  await tracker.begin({ frames: video.frames, objects, prompted }, choicesOf(options))
  for await (const { frame, own } of promptedFrames(video, prompts, signal)) await tracker.condition(frame, own)
  const start = Math.min(...first.values())
  const followed = (isThere: (firstFrame: number) => boolean) => objects.filter((object) => isThere(first.get(object)!))
  for await (const frame of video.read(start, video.frames - start)) {
    signal?.throwIfAborted()
    const there = followed((firstFrame) => firstFrame <= frame.index)
    yield await tracker.step(frame, there, 1)
  }
  const last = Math.max(...first.values())
  if (last === 0) return
  for await (const frame of backwards(video, last)) {
    signal?.throwIfAborted()
    const there = followed((firstFrame) => firstFrame > 0 && firstFrame >= frame.index)
    yield await tracker.step(frame, there, -1)
  }
}

/** Frames `last` to 0, read a piece at a time. */
async function* backwards(video: MaskVideo, last: number): AsyncGenerator<MaskFrame> {
  const piece = Math.max(1, Math.floor(CHUNK_BYTES / (3 * video.height * video.width)))
  for (let end = last + 1; end > 0; end -= piece) {
    const start = Math.max(0, end - piece)
    const frames: MaskFrame[] = []
    for await (const frame of video.read(start, end - start)) frames.push(frame)
    yield* frames.reverse()
  }
}
