import { type Box, clampBox, isUsable, largestOf, type Size } from '../../selection/boxes.ts'
import { HAND, type VideoBoxes } from '../something-else/video-boxes.ts'
import type { Ssv2Options } from './options.ts'

/** What is in view in a frame: usable boxes, clamped to the frame. */
export interface FrameView {
  hands: Box[]
  /** By object, in the order of their names. */
  objects: Box[][]
}

/** The boxes of a video that lie in its frames. */
export interface VideoView {
  frames: ReadonlyMap<number, FrameView>
  names: readonly string[]
  /** Indices of the objects that count. */
  required: readonly number[]
  /** Frames with boxes that the video does not have, and frames with boxes that are outside of the picture or under a pixel. */
  beyond: number[]
  unusable: number[]
}

/** A video's boxes as rules look at them. */
export function viewOf(boxes: VideoBoxes, size: Size, total: number, objects: Ssv2Options['objects']): VideoView {
  const frames = new Map<number, FrameView>()
  const beyond = new Set<number>()
  const unusable = new Set<number>()
  const annotated = new Set<number>()
  for (const [row, frame] of boxes.frame.entries()) {
    if (frame >= total) {
      beyond.add(frame)
      continue
    }
    const [x1, y1, x2, y2] = boxes.corners.subarray(4 * row, 4 * row + 4)
    const box = clampBox([x1, y1, x2, y2], size)
    if (!isUsable(box)) {
      unusable.add(frame)
      continue
    }
    const view = frames.get(frame) ?? { hands: [], objects: boxes.objects.map(() => []) }
    frames.set(frame, view)
    const object = boxes.object[row]
    if (object === HAND) view.hands.push(box)
    else view.objects[object].push(box)
    if (object !== HAND) annotated.add(object)
  }
  const all = boxes.objects.map((_, index) => index)
  const required = objects === 'annotated' ? all.filter((index) => annotated.has(index)) : all
  return { frames, names: boxes.objects, required, beyond: [...beyond], unusable: [...unusable] }
}

/**
 * Whether a frame shows a hand and the objects that count.
 * @param counts which boxes count: those that a crop keeps; default all
 */
export function isVisible(
  { frames, required }: VideoView,
  frame: number,
  objects: Ssv2Options['objects'],
  counts: (box: Box) => boolean = () => true,
): boolean {
  const view = frames.get(frame)
  if (view === undefined || !view.hands.some(counts)) return false
  const seen = (index: number) => view.objects[index].some(counts)
  return objects === 'any' && required.length > 0 ? required.some(seen) : required.every(seen)
}

/** The boxes of hands in a frame that are taken for the control. */
export function handsOf({ frames }: VideoView, frame: number, hands: Ssv2Options['hands']): Box[] {
  const boxes = frames.get(frame)?.hands ?? []
  const largest = largestOf(boxes)
  return hands === 'union' || largest === undefined ? boxes : [largest]
}

/** The boxes of the objects that count in a frame. */
export function objectsOf({ frames, required }: VideoView, frame: number): Box[] {
  const view = frames.get(frame)
  return view === undefined ? [] : required.flatMap((index) => view.objects[index])
}
