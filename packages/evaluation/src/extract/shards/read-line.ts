import type { OpenFile } from '@kinemetric/files'

/** So much is read at first: most lines are shorter. */
const piece = 1024
/** No line of ours is longer. */
const longest = 2 ** 20

/** A line of a file that holds more than text. @returns its text and the byte behind its end; undefined where none ends there */
export async function readLine({ handle }: OpenFile, at: number): Promise<{ text: string; end: number } | undefined> {
  for (let length = piece; length <= longest; length *= 32) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
    const end = buffer.subarray(0, bytesRead).indexOf(10)
    if (end >= 0) return { text: buffer.toString('utf8', 0, end), end: at + end + 1 }
    if (bytesRead < length) return undefined
  }
  return undefined
}
