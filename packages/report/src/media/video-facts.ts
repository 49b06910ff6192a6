import type { FileHandle } from 'node:fs/promises'
import { openRegularFile } from '@kinemetric/files'

/** When the frames of a video begin: at a steady rate, or one by one where it has none. Seconds from the first frame. */
export type VideoTimes = { frames: number; fps: number } | { starts: number[] }

/** What a video's file says of itself. */
export interface VideoFacts {
  /** Pixels. */
  width: number
  height: number
  times: VideoTimes
}

/** Headers of previews are a few kilobytes; a file that claims more is none of ours. */
const mostHeader = 8 * 2 ** 20
const mostFrames = 100_000

/**
 * Size and frame times of a plain MP4, from its own tables (ISO/IEC 14496-12: `stts`, `ctts`, edit lists move all alike and drop out). Players name a frame by
 * its time, and a video may have another rate, or fewer frames, than its neighbours. Null where the file says none: other containers, fragments, damage.
 */
export async function readVideoFacts(path: string): Promise<VideoFacts | null> {
  const { handle, size } = await openRegularFile(path)
  try {
    const header = await movieHeader(handle, size)
    return header === null ? null : videoFacts(header)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  } finally {
    await handle.close()
  }
}

/** Facts of the first video track in the contents of a `moov` box. @throws RangeError where a table reaches beyond it */
export function videoFacts(moov: Uint8Array): VideoFacts | null {
  for (const track of boxes(moov).filter(({ type }) => type === 'trak')) {
    const media = inner(track.content, 'mdia')
    const head = media && inner(media, 'mdhd')
    const information = media && inner(media, 'minf')
    const table = information && inner(information, 'vmhd') && inner(information, 'stbl')
    if (!head || !table) continue
    const scale = number(head, head[0] === 1 ? 20 : 12)
    const durations = pairs(inner(table, 'stts'))
    const shifts = pairs(inner(table, 'ctts'))
    const described = inner(table, 'stsd')
    if (scale === 0 || durations.length === 0 || described === undefined) return null
    // The first description of samples, behind the table's head: width and height are the 33rd to 36th byte of it.
    const size = number(described, 8 + 32)
    let time = 0
    const places = durations.map((duration, at) => {
      const place = time + ((shifts[at] ?? 0) | 0)
      time += duration
      return place
    })
    places.sort((a, b) => a - b)
    const times = steady(places.map((place) => (place - places[0]) / scale))
    return { width: size >>> 16, height: size & 0xffff, times }
  }
  return null
}

/** A rate in place of a list where every frame begins within a millisecond of where the rate puts it. */
function steady(starts: number[]): VideoTimes {
  const frames = starts.length
  if (frames === 1) return { starts }
  const fps = (frames - 1) / starts[frames - 1]
  if (!Number.isFinite(fps) || starts.some((start, at) => Math.abs(start - at / fps) > 1e-3)) return { starts }
  return { frames, fps: Math.round(fps * 1e4) / 1e4 }
}

async function movieHeader(file: FileHandle, size: number): Promise<Uint8Array | null> {
  const head = new Uint8Array(16)
  for (let at = 0; at + 8 <= size;) {
    await file.read(head, 0, 16, at)
    const short = number(head, 0)
    const length = short === 1 ? number(head, 8) * 2 ** 32 + number(head, 12) : short === 0 ? size - at : short
    if (length < 8) return null
    if (name(head) === 'moov') {
      if (length > mostHeader || at + length > size) return null
      const content = new Uint8Array(length - 8)
      await file.read(content, 0, content.length, at + 8)
      return content
    }
    at += length
  }
  return null
}

interface Box {
  type: string
  content: Uint8Array
}

function boxes(bytes: Uint8Array): Box[] {
  const found: Box[] = []
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = number(bytes, at)
    if (length < 8) break
    found.push({ type: name(bytes.subarray(at)), content: bytes.subarray(at + 8, at + length) })
    at += length
  }
  return found
}

function inner(bytes: Uint8Array, type: string): Uint8Array | undefined {
  return boxes(bytes).find((box) => box.type === type)?.content
}

/** Values of a table of (count, value), one a sample. */
function pairs(table: Uint8Array | undefined): number[] {
  if (table === undefined) return []
  const values: number[] = []
  const entries = number(table, 4)
  for (let entry = 0; entry < entries; entry++) {
    const count = number(table, 8 + 8 * entry)
    const value = number(table, 12 + 8 * entry)
    if (values.length + count > mostFrames) throw new RangeError(`more than ${mostFrames} frames`)
    for (let sample = 0; sample < count; sample++) values.push(value)
  }
  return values
}

/** 32 bits, unsigned, big endian. @throws RangeError beyond the end */
function number(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at)
}

function name(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(4, 8))
}
