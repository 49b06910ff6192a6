import { type DeclaredEnd, type FileBytes, maxSteps } from './file-bytes.ts'

/**
 * AVI: RIFF chunks (several in OpenDML files) of 32-bit little-endian size after an 8-byte header, which hold lists of frames and their index. What the
 * inner chunks say counts: many writers get the outer size wrong by a header or a byte of padding. Where the index (`idx1`) is whole, so is what it lists.
 */
export async function endOfRiff({ size, read }: FileBytes): Promise<DeclaredEnd> {
  let at = 0
  for (let step = 0; at < size && step < maxSteps; step++) {
    const header = await read(at, 8)
    if (header.length < 8 || header.toString('latin1', 0, 4) !== 'RIFF') break
    const length = header.readUInt32LE(4)
    // Written when the writer could not go back to fill it in.
    if (length === 0 || length === 0xffffffff) return { end: undefined }
    const inside = await endOfChunks({ size, read }, at + 12, Math.min(at + 8 + length, size))
    if (inside.cut || (at + 8 + length > size && !inside.indexed))
      return { end: Math.max(inside.end, at + 8 + length), promise: 'frames' }
    at = at + 8 + length > size ? inside.end : at + 8 + length
  }
  return { end: at, promise: 'frames' }
}

async function endOfChunks(
  { size, read }: FileBytes,
  start: number,
  stop: number,
): Promise<{ end: number; cut: boolean; indexed: boolean }> {
  let at = start
  let end = start
  let indexed = false
  for (let step = 0; at + 8 <= stop && step < maxSteps; step++) {
    const header = await read(at, 8)
    if (header.length < 8) break
    const id = header.toString('latin1', 0, 4)
    end = at + 8 + header.readUInt32LE(4)
    if (end > size) return { end, cut: id !== 'JUNK', indexed }
    indexed ||= id === 'idx1'
    at = end + (end % 2)
  }
  return { end, cut: false, indexed }
}
