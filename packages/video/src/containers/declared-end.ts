import { beginsWithBox, endOfBoxes } from './end-of-boxes.ts'
import { endOfGif } from './end-of-gif.ts'
import { endOfMatroska } from './end-of-matroska.ts'
import { endOfRiff } from './end-of-riff.ts'
import type { DeclaredEnd, FileBytes } from './file-bytes.ts'

/** Where a file's own structure says that it ends: MP4 and MOV, Matroska and WebM, AVI, GIF. Other formats do not tell. */
export async function declaredEnd(bytes: FileBytes): Promise<DeclaredEnd> {
  const start = await bytes.read(0, 12)
  if (start.length < 12) return { end: undefined }
  if (start.readUInt32BE(0) === 0x1a45dfa3) return endOfMatroska(bytes)
  if (beginsWithBox(start)) return endOfBoxes(bytes)
  if (start.toString('latin1', 0, 4) === 'RIFF' && start.toString('latin1', 8, 11) === 'AVI') return endOfRiff(bytes)
  if (start.toString('latin1', 0, 4) === 'GIF8') return endOfGif(bytes)
  return { end: undefined }
}
