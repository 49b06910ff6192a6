/** What a Matroska or WebM file says of its first video track. */
export interface MatroskaOutline {
  /** Stored size, pixels. */
  height: number
  width: number
  /** Frames a second, where the track says how long a frame stays. */
  fps: number | undefined
  /** Blocks of the track that are shown: a frame each. */
  frames: number
}

const segment = 0x18538067
const cluster = 0x1f43b675
const blockGroup = 0xa0
const simpleBlock = 0xa3
const block = 0xa1
const tracks = 0x1654ae6b
const trackEntry = 0xae
const video = 0xe0
const number = 0xd7
const type = 0x83
const defaultDuration = 0x23e383
const pixelWidth = 0xb0
const pixelHeight = 0xba
const opened: readonly number[] = [segment, cluster, blockGroup, tracks, trackEntry, video]
/** Crops and projections: the size that is shown is another than the stored one. */
const others: readonly number[] = [0x54aa, 0x54bb, 0x54cc, 0x54dd, 0x7670]

interface Track {
  number: number
  isVideo: boolean
  frameNs: number | undefined
  height: number
  width: number
}

/**
 * Size, rate and number of frames as a file's structure has them (RFC 9559), without decoding any: a hundredth of the time. Whether its frames decode is another
 * question.
 * @param bytes the whole file
 * @returns undefined for what is no such file, or one of a form that only a decoder tells the frames of (cut off, laced, cropped, streamed)
 */
export function matroskaOutline(bytes: Uint8Array): MatroskaOutline | undefined {
  const found: Track[] = []
  const shown = new Map<number, number>()
  if (!walk(bytes, 0, bytes.length, found, shown)) return undefined
  const track = found.find((each) => each.isVideo)
  if (track === undefined || track.height === 0 || track.width === 0) return undefined
  const { height, width, frameNs } = track
  return {
    height,
    width,
    fps: frameNs === undefined || frameNs === 0 ? undefined : 1e9 / frameNs,
    frames: shown.get(track.number) ?? 0,
  }
}

/** Whether everything between two positions was understood. A file of ours has four levels. */
function walk(
  bytes: Uint8Array,
  from: number,
  to: number,
  found: Track[],
  shown: Map<number, number>,
  depth = 0,
): boolean {
  if (depth > 8) return false
  for (let at = from; at < to;) {
    const idLength = lengthAt(bytes, at)
    const sizeLength = lengthAt(bytes, at + idLength)
    if (idLength > 4 || sizeLength > 8) return false
    const id = numberAt(bytes, at, idLength)
    const size = unmarked(bytes, at + idLength, sizeLength)
    const start = at + idLength + sizeLength
    // A segment that was streamed goes on to the end of the file.
    const end = size === undefined && id === segment ? to : start + (size ?? Infinity)
    if (end > to || others.includes(id)) return false
    if (id === trackEntry) found.push({ number: 0, isVideo: false, frameNs: undefined, height: 0, width: 0 })
    if (opened.includes(id)) {
      if (!walk(bytes, start, end, found, shown, depth + 1)) return false
    } else if (id === simpleBlock || id === block) {
      if (!countBlock(bytes, start, end, id, shown)) return false
    } else describe(found.at(-1), id, () => numberAt(bytes, start, end - start))
    at = end
  }
  return true
}

function describe(track: Track | undefined, id: number, value: () => number): void {
  if (track === undefined) return
  if (id === number) track.number = value()
  else if (id === type) track.isVideo = value() === 1
  else if (id === defaultDuration) track.frameNs = value()
  else if (id === pixelWidth) track.width = value()
  else if (id === pixelHeight) track.height = value()
}

/** Adds a block to its track's, unless it is not shown. @returns false where it holds several frames */
function countBlock(bytes: Uint8Array, start: number, end: number, id: number, shown: Map<number, number>): boolean {
  const length = lengthAt(bytes, start)
  const track = unmarked(bytes, start, length)
  if (length > 8 || track === undefined || start + length + 3 > end) return false
  const flags = bytes[start + length + 2]
  if ((flags & 0x06) !== 0) return false
  if (id === block || (flags & 0x08) === 0) shown.set(track, (shown.get(track) ?? 0) + 1)
  return true
}

/** Bytes of the number at a position: 1 to 8, by the zeros that it begins with; more where it is none. */
function lengthAt(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? Math.clz32(bytes[at]) - 23 : 9
}

/** The number without its length's mark; undefined for "not known". */
function unmarked(bytes: Uint8Array, at: number, length: number): number | undefined {
  // The mark is taken off first: of eight bytes a double keeps no more than 53 bits.
  const first = bytes[at] & (0xff >> length)
  const rest = numberAt(bytes, at + 1, length - 1)
  const isUnknown = first === 0xff >> length && rest === 256 ** (length - 1) - 1
  return isUnknown ? undefined : first * 256 ** (length - 1) + rest
}

function numberAt(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let index = at; index < at + length; index++) value = value * 256 + bytes[index]
  return value
}
