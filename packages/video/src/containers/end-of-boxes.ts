import { type DeclaredEnd, type FileBytes, maxSteps } from './file-bytes.ts'

/** Top-level boxes of ISO/IEC 14496-12 and of QuickTime's file format: those that hold frames or their index, and the others. */
const essential = ['moov', 'mdat', 'moof']
const others = [
  'ftyp',
  'styp',
  'free',
  'skip',
  'wide',
  'pnot',
  'sidx',
  'ssix',
  'emsg',
  'prft',
  'mfra',
  'meta',
  'uuid',
  'pdin',
]

/** Whether a file begins like MP4, MOV or 3GP. */
export function beginsWithBox(start: Buffer): boolean {
  const type = start.toString('latin1', 4, 8)
  return type !== 'uuid' && (essential.includes(type) || others.includes(type))
}

/**
 * ISO base media: boxes of a 32-bit size and a type; size 1 means that a 64-bit one follows, size 0 "to the end of the file". Boxes of other types are
 * passed over where they fit; what no box fits, and others after the last known one, are what tools append and no part of the video. A segment index
 * (`sidx`) says how far its segments go.
 */
export async function endOfBoxes({ size, read }: FileBytes): Promise<DeclaredEnd> {
  let at = 0
  let end = 0
  let promised = 0
  let hasIndex = false
  for (let step = 0; at < size; step++) {
    if (step > maxSteps) return { end: undefined }
    const header = await read(at, 16)
    const length = header.length < 8 ? undefined : boxLength(header, size - at)
    if (length === undefined) break
    const type = header.toString('latin1', 4, 8)
    if (type === 'moov' || type === 'moof') hasIndex = true
    // A cut box that holds no frames takes none of them with it.
    if (at + length > size && !essential.includes(type)) break
    if (type === 'sidx') promised = Math.max(promised, await endOfSegments({ size, read }, at, length))
    at += length
    if (essential.includes(type) || others.includes(type)) end = at
  }
  end = Math.max(end, promised)
  if (!hasIndex && end <= size) return { end: Infinity, missing: 'an index of frames (a moov box)', opens: false }
  return { end, promise: 'frames' }
}

function boxLength(header: Buffer, rest: number): number | undefined {
  const short = header.readUInt32BE(0)
  if (short === 0) return rest
  const length = short === 1 && header.length === 16 ? Number(header.readBigUInt64BE(8)) : short
  return length < 8 ? undefined : length
}

/** The end of the segments that a `sidx` box lists: 31 bits of size each, after its own end. */
async function endOfSegments({ size, read }: FileBytes, at: number, length: number): Promise<number> {
  const wide = (await read(at + 8, 1))[0] === 1
  const entries = at + (wide ? 40 : 32)
  const head = await read(at, entries - at)
  if (head.length < entries - at || at + length > size) return 0
  const firstOffset = wide ? Number(head.readBigUInt64BE(28)) : head.readUInt32BE(24)
  const list = await read(
    entries,
    Math.min(length - (entries - at), 12 * head.readUInt16BE(entries - at - 2), 12 * 65_535),
  )
  let end = at + length + firstOffset
  for (let entry = 0; entry + 12 <= list.length; entry += 12) end += list.readUInt32BE(entry) & 0x7fffffff
  return end
}
