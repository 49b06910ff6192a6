import { openRegularFile } from '@kinemetric/files'

const mostLines = 10
const mostBytes = 8192

/**
 * The last lines of a log, at most ten, from a place on: what a program said before it broke down. Empty where there are none.
 * @param from bytes of the log that were there before
 */
export async function lastLines(logFile: string, from: number): Promise<string[]> {
  const file = await openRegularFile(logFile).catch(() => undefined)
  if (file === undefined) return []
  try {
    const { size, handle } = file
    const begin = Math.max(from, size - mostBytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, size - begin)), 0, undefined, begin)
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n')
    // The first may be the rest of a line.
    const whole = begin > from ? lines.slice(1) : lines
    return whole.filter((line) => line.trim() !== '').slice(-mostLines)
  } finally {
    await file.handle.close()
  }
}
