/** The hand, among the objects of a box, which are numbered from 0. */
export const HAND = -1

/**
 * The boxes of one video, a row a box in columns: a data set of a hundred thousand videos has millions of them. Corners are as the file has them, pixels of
 * the native frame, not clamped.
 */
export interface VideoBoxes {
  /** Cleaned names of the objects, in the order of the label's placeholders. */
  objects: readonly string[]
  /** Frames that have an entry. */
  entries: number
  /** Frame of each box, counted from 0. */
  frame: Int32Array
  /** Object of each box, or `HAND`. */
  object: Int16Array
  /** x1, y1, x2, y2 of each box. */
  corners: Float64Array
}

/** What is odd about the boxes of a video, by kind. */
export interface BoxTrouble {
  reason: string
  message: string
}

type Reason =
  | 'unknown-object'
  | 'instances-differ'
  | 'entry-unreadable'
  | 'entry-repeated'
  | 'names-differ'
  | 'parts-differ'
  | 'box-unreadable'

/** Thrown for a video whose boxes are in a form that is not read, whatever file has it. */
export class BoxFormError extends Error {
  override readonly name = 'BoxFormError'
  readonly expected: string
  readonly found: string

  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`)
    this.expected = expected
    this.found = found
  }
}

interface Row {
  frame: number
  object: number
  corners: [number, number, number, number]
}

/**
 * The boxes of one video as Something-Else's files have them: a list of entries, one a frame, in any order and with gaps; the frame is the number in the
 * entry's name (`<id>/0001.jpg`), less one. What does not fit is left out and said.
 * @throws BoxFormError for what is no such list, and for boxes as lists, whose order other people's copies have changed
 */
export function videoBoxesOf(id: string, value: unknown): { boxes: VideoBoxes; troubles: BoxTrouble[] } {
  if (!Array.isArray(value)) throw new BoxFormError('a list of frames of each video', typeof value)
  const troubles = new Troubles()
  const byFrame = new Map<number, Row[]>()
  let objects: readonly string[] | undefined
  let firstFrame = Infinity
  for (const entry of value as unknown[]) {
    const frame = frameOf(id, entry)
    if (frame === undefined || !isRecord(entry)) {
      troubles.add('entry-unreadable', nameOf(entry))
      continue
    }
    const names = stringsOf(entry.gt_placeholders)
    if (names === undefined) troubles.add('entry-unreadable', frame)
    else if (objects !== undefined && !same(objects, names)) troubles.add('names-differ', frame)
    if (names !== undefined && frame < firstFrame) {
      objects = names
      firstFrame = frame
    }
    if (byFrame.has(frame)) troubles.add('entry-repeated', frame)
    byFrame.set(frame, rowsOf(entry, frame, names ?? objects ?? [], troubles))
  }
  return { boxes: columnsOf(objects ?? [], byFrame), troubles: troubles.list() }
}

/** Whether two videos have the same boxes. */
export function sameBoxes(one: VideoBoxes, other: VideoBoxes): boolean {
  return (
    one.entries === other.entries &&
    same(one.objects, other.objects) &&
    same(one.frame, other.frame) &&
    same(one.object, other.object) &&
    same(one.corners, other.corners)
  )
}

function columnsOf(objects: readonly string[], byFrame: ReadonlyMap<number, readonly Row[]>): VideoBoxes {
  const rows = [...byFrame.keys()].sort((a, b) => a - b).flatMap((frame) => byFrame.get(frame) ?? [])
  return {
    objects,
    entries: byFrame.size,
    frame: Int32Array.from(rows, ({ frame }) => frame),
    object: Int16Array.from(rows, ({ object }) => object),
    corners: Float64Array.from(rows.flatMap(({ corners }) => corners)),
  }
}

function rowsOf(entry: Record<string, unknown>, frame: number, names: readonly string[], troubles: Troubles): Row[] {
  const labels: unknown = entry.labels
  if (!Array.isArray(labels)) {
    troubles.add('entry-unreadable', frame)
    return []
  }
  if (typeof entry.nr_instances === 'number' && entry.nr_instances !== labels.length)
    troubles.add('instances-differ', frame)
  const rows: Row[] = []
  for (const label of labels as unknown[]) {
    const corners = isRecord(label) ? cornersOf(label.box2d) : undefined
    if (!isRecord(label) || corners === undefined) {
      troubles.add('box-unreadable', frame)
      continue
    }
    const object = objectOf(label.standard_category)
    if (object === undefined || object >= names.length) troubles.add('unknown-object', frame)
    else rows.push({ frame, object, corners })
  }
  return rows
}

function objectOf(category: unknown): number | undefined {
  if (category === 'hand') return HAND
  return typeof category === 'string' && /^\d{1,4}$/.test(category) ? Number(category) : undefined
}

function cornersOf(box: unknown): Row['corners'] | undefined {
  if (Array.isArray(box))
    throw new BoxFormError(
      'box2d as {"x1", "y1", "x2", "y2"}, as Something-Else published it',
      'box2d as a list: a converted copy, whose order (x1, x2, y1, y2 in some) nothing says',
    )
  if (!isRecord(box)) return undefined
  const { x1, y1, x2, y2 } = box
  if (typeof x1 !== 'number' || typeof y1 !== 'number' || typeof x2 !== 'number' || typeof y2 !== 'number')
    return undefined
  return [x1, y1, x2, y2]
}

/** Frame of an entry's name, counted from 0; undefined for a name of another form or of another video. */
function frameOf(id: string, entry: unknown): number | undefined {
  const match = /^(.*)\/(\d{1,7})\.\w+$/.exec(nameOf(entry))
  if (match === null || match[1] !== id || Number(match[2]) < 1) return undefined
  return Number(match[2]) - 1
}

function nameOf(entry: unknown): string {
  return isRecord(entry) && typeof entry.name === 'string' ? entry.name : '(no name)'
}

function stringsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  const strings = value.filter((each): each is string => typeof each === 'string')
  return strings.length === value.length ? strings : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function same(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}

const words: Readonly<Record<Reason, string>> = {
  'unknown-object': 'boxes of objects without a name in gt_placeholders are left out',
  'instances-differ': 'nr_instances is another number than that of the boxes',
  'entry-unreadable':
    'entries that are none of this video’s frames, or without gt_placeholders or labels, are left out',
  'entry-repeated': 'a frame has several entries: the last one counts',
  'names-differ': 'gt_placeholders is not the same in every frame: the first frame’s counts',
  'parts-differ': 'several box files have it, and differ: the last one counts',
  'box-unreadable': 'boxes without four numbers are left out',
}

/** A trouble in words, with the frames (as in the file's names, from 1) that have it. */
export function troubleOf(reason: Reason, frames: readonly (number | string)[] = []): BoxTrouble {
  if (frames.length === 0) return { reason, message: words[reason] }
  const shown = frames.slice(0, 5).map((frame) => (typeof frame === 'number' ? String(frame + 1) : frame))
  const more = frames.length > shown.length ? `, … (${frames.length})` : ''
  return { reason, message: `${words[reason]} (frame ${shown.join(', ')}${more})` }
}

class Troubles {
  readonly #frames = new Map<Reason, (number | string)[]>()

  add(reason: Reason, frame: number | string): void {
    const frames = this.#frames.get(reason)
    if (frames === undefined) this.#frames.set(reason, [frame])
    else frames.push(frame)
  }

  list(): BoxTrouble[] {
    return [...this.#frames].map(([reason, frames]) => troubleOf(reason, [...new Set(frames)]))
  }
}
