import { type CropOffset, roundHalfEven } from '@kinemetric/video'
import { type Box, unionOf } from '../../selection/boxes.ts'
import { centreOf, type Cover, coverOf, cropAround, overlapsCrop } from '../../selection/crop.ts'
import { chooseStart, usedFrames, validStarts } from '../../selection/window.ts'
import type { VideoBoxes } from '../something-else/video-boxes.ts'
import { isBehind, isPretending } from './labels/classes.ts'
import { handsOf, isVisible, objectsOf, type VideoView, viewOf } from './frame-views.ts'
import type { LabelRow } from './labels/label-rows.ts'
import type { Probe, ProbedVideo } from './videos/probe.ts'
import type { Ssv2Options } from './options.ts'
import type { Ssv2Rules } from './rules.ts'

/** The rules in the order in which they are asked. */
export const stages = [
  'class-pretending',
  'class-behind',
  'no-boxes',
  'no-video',
  'unreadable',
  'too-small',
  'too-short',
  'not-visible',
  'cropped-out',
] as const
export type Stage = (typeof stages)[number]

/** What `prepare.json` says of a clip that is kept. Sizes are [height, width] in pixels. */
export interface KeptFacts {
  native: [number, number]
  /** Of the whole video. */
  frames: number
  /** Names of the objects that count. */
  objects: string[]
  validStarts: number
  firstValid: number
  lastValid: number
  start: number
  resize: [number, number]
  crop: CropOffset
  /** Whether hand and objects are in the crop in every frame that the clip uses. */
  allInsideCrop: boolean
  /** By source frame, for each that the clip uses: what is around the hand, native pixels; null where there is none. */
  handBoxes: Record<string, Box | null>
}

/** An object that counts. */
export interface KeptObject {
  /** Among the label's. */
  index: number
  name: string
  /** Its boxes by source frame, for each that the clip uses and somebody annotated: none where it is out of view. */
  boxes: ReadonlyMap<number, readonly Box[]>
}

/** A row that every rule keeps. */
export interface KeptRow {
  facts: KeptFacts
  /** By source frame, for each that the clip uses: the boxes of hands that the control is made of. */
  hands: ReadonlyMap<number, readonly Box[]>
  /** The objects that count. */
  objects: readonly KeptObject[]
}

/** What the rules say of a row. */
export interface Judgement {
  /** The first rule that leaves it out. */
  removedAt?: Stage | undefined
  kept?: KeptRow | undefined
  /** Its boxes, where they were looked at. */
  view?: VideoView | undefined
}

/** What is known of a row's video; undefined where it was not looked for, because an earlier rule leaves the row out. */
export interface RowFacts {
  boxes: VideoBoxes | undefined
  probe: Probe | undefined
}

/** Whether the class alone leaves a row out. */
export function removedByClass({ template }: LabelRow, { options }: Ssv2Rules): Stage | undefined {
  if (options.pretending === 'drop' && isPretending(template)) return 'class-pretending'
  return isBehind(template, options.behind) ? 'class-behind' : undefined
}

/** The first rule that leaves a row out, or the window and the crop of its clip. */
export function judgeRow(row: LabelRow, { boxes, probe }: RowFacts, rules: Ssv2Rules): Judgement {
  const byClass = removedByClass(row, rules)
  if (byClass !== undefined) return { removedAt: byClass }
  if (boxes === undefined) return { removedAt: 'no-boxes' }
  if (probe === undefined || ('unreadable' in probe && probe.absent === true)) return { removedAt: 'no-video' }
  if ('unreadable' in probe) return { removedAt: 'unreadable' }
  const { options, minFrames } = rules
  const view = viewOf(boxes, [probe.height, probe.width], probe.frames, options.objects)
  if (isTooSmall(probe, rules)) return { removedAt: 'too-small', view }
  if (probe.frames < minFrames) return { removedAt: 'too-short', view }
  const kept = windowOf(row.id, probe, view, rules)
  if (kept === undefined) return { removedAt: 'not-visible', view }
  if (options.visibleIn === 'crop' && !kept.facts.allInsideCrop) return { removedAt: 'cropped-out', view }
  return { kept, view }
}

/** `fit-height`: too narrow when the height is scaled to the size wanted. All of the data set is smaller than the paper's sizes as it is. */
function isTooSmall(
  { height, width }: ProbedVideo,
  { size: [targetHeight, targetWidth], options }: Ssv2Rules,
): boolean {
  if (options.minSize === 'none') return false
  if (options.minSize === 'native') return height < targetHeight || width < targetWidth
  return roundHalfEven((width * targetHeight) / height) < targetWidth
}

function windowOf(id: string, probe: ProbedVideo, view: VideoView, rules: Ssv2Rules): KeptRow | undefined {
  const { options, minFrames, checked, size } = rules
  const native: [number, number] = [probe.height, probe.width]
  const sees = (frame: number) => isVisible(view, frame, options.objects)
  const starts = validStarts(probe.frames, minFrames, rules, checked, sees)
  const start = chooseStart(starts, options.window, { id, seed: options.seed })
  if (start === undefined) return undefined
  const used = usedFrames(start, rules)
  const cover = coverOf(native, size)
  const hands = new Map(used.map((frame) => [frame, handsOf(view, frame, options.hands)]))
  const crop = cropOf(used, view, hands, cover, options.crop)
  const inCrop = (box: Box) => overlapsCrop(box, crop, cover)
  return {
    hands,
    objects: view.required.map((index) => ({
      index,
      name: view.names[index],
      boxes: new Map(
        used.flatMap((frame) => {
          const boxes = view.frames.get(frame)?.objects[index]
          return boxes === undefined ? [] : [[frame, boxes] as const]
        }),
      ),
    })),
    facts: {
      native,
      frames: probe.frames,
      objects: view.required.map((index) => view.names[index]),
      validStarts: starts.length,
      firstValid: starts[0],
      lastValid: starts[starts.length - 1],
      start,
      resize: [cover.resized[0], cover.resized[1]],
      crop: { top: crop.top, left: crop.left },
      allInsideCrop: used.every((frame) => isVisible(view, frame, options.objects, inCrop)),
      handBoxes: Object.fromEntries([...hands].map(([frame, boxes]) => [String(frame), unionOf(boxes) ?? null])),
    },
  }
}

function cropOf(
  used: readonly number[],
  view: VideoView,
  hands: ReadonlyMap<number, readonly Box[]>,
  cover: Cover,
  around: Ssv2Options['crop'],
): CropOffset {
  if (around === 'centre') return centreOf(cover)
  const ofObjects = around === 'hand' ? [] : used.flatMap((frame) => objectsOf(view, frame))
  const ofHands = around === 'objects' ? [] : [...hands.values()].flat()
  return cropAround([...ofObjects, ...ofHands], cover)
}
