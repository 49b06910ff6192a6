import type { ReadableFile } from '../tensors/read-bytes.ts'
import { PassThrough, type Readable } from 'node:stream'
import yauzl from 'yauzl'

/**
 * An open file as yauzl reads it. What a zip claims of itself may lie anywhere: a place outside of the file is an error of that read, where fs.read
 * would throw it out of yauzl's own callbacks, past every promise.
 */
export class ZipReader extends yauzl.RandomAccessReader {
  readonly #file: ReadableFile

  constructor(file: ReadableFile) {
    super()
    this.#file = file
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const { handle, size } = this.#file
    if (!(position >= 0 && length >= 0 && position + length <= size)) {
      const error = new Error(`truncated: ${length} bytes at ${position} are beyond the end of the file at ${size}`)
      setImmediate(callback, error)
      return
    }
    handle.read(buffer, offset, length, position).then(
      ({ bytesRead }) => callback(bytesRead === length ? null : new Error('truncated: unexpected EOF')),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    )
  }

  /** Entries are read where they lie, never through a stream. */
  override _readStreamForRange(): Readable {
    return new PassThrough().destroy(new Error('entries are not streamed'))
  }
}
