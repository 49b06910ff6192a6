import { fileError } from '../errors/file-error.ts'
import { systemReason } from '../errors/system-reason.ts'
import { openRegularFile } from './open-regular-file.ts'

/** A line of a file, without its end. */
export interface FileLine {
  readonly text: string
  /** Where the next one begins, in bytes of the file. */
  readonly end: number
  /** Whether a line feed ends it: the last line of a file may have none. */
  readonly isWhole: boolean
}

export interface LineLimits {
  /** A longer line is refused. Default 256 MiB. */
  longestLine?: number | undefined
  /** Told of all bytes as they are read. */
  onBytes?: ((bytes: Uint8Array) => void) | undefined
  /** Bytes that are read at once. */
  chunk?: number | undefined
  /** Where the first line begins, in bytes of the file. Default 0. */
  from?: number | undefined
}

/**
 * The lines of a regular file (UTF-8) in batches, so that a file of any length takes the memory of a few. An empty last line is none.
 * @throws KinemetricError as `openRegularFile`, `too-large` for a line beyond the limit, `not-readable`
 */
export async function* readLines(path: string, limits: LineLimits = {}): AsyncGenerator<FileLine[]> {
  const { longestLine = 2 ** 28, chunk = 2 ** 20, onBytes, from = 0 } = limits
  const { handle } = await openRegularFile(path)
  try {
    let rest: Buffer[] = []
    let held = 0
    let position = from
    // One for all: what of it is still wanted when the next part comes is copied.
    const part = Buffer.allocUnsafe(chunk)
    while (true) {
      const { buffer, bytesRead } = await handle.read(part, 0, chunk, position).catch((cause: unknown) => {
        throw fileError('not-readable', path, `cannot be read (${systemReason(cause)})`, { cause })
      })
      if (bytesRead === 0) break
      const bytes = buffer.subarray(0, bytesRead)
      onBytes?.(bytes)
      const lines: FileLine[] = []
      let begin = 0
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, begin)) {
        const own = bytes.subarray(begin, at)
        const text = held === 0 ? own.toString('utf8') : Buffer.concat([...rest, own]).toString('utf8')
        lines.push({ text, end: position + at + 1, isWhole: true })
        begin = at + 1
        rest = []
        held = 0
      }
      if (begin < bytesRead) rest.push(Buffer.from(bytes.subarray(begin)))
      held += bytesRead - begin
      position += bytesRead
      if (held > longestLine)
        throw fileError('too-large', path, { expected: `lines of at most ${longestLine} bytes`, found: 'a longer one' })
      yield lines
    }
    if (held > 0) yield [{ text: Buffer.concat(rest).toString('utf8'), end: position, isWhole: false }]
  } finally {
    await handle.close()
  }
}
