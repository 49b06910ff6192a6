/** What went wrong with a video, as a word that code can switch on. */
export type VideoErrorCode =
  | 'not-found'
  | 'not-readable'
  | 'not-a-video'
  | 'empty'
  | 'truncated'
  | 'damaged'
  | 'no-frames'
  | 'too-few-frames'
  | 'too-large'
  | 'mixed-sizes'
  | 'bad-window'
  | 'bad-size'
  | 'unsupported'
  | 'no-decoder'
  | 'write-failed'

/** A video that could not be read or written as asked. The message says what was expected, what was found, and where. */
export class VideoError extends Error {
  override readonly name = 'VideoError'
  readonly code: VideoErrorCode
  /** The file or folder in question; empty where the error is about frames in memory. */
  readonly path: string
  /** The message without the path: for records, which must not depend on where files lie. */
  readonly detail: string

  constructor(code: VideoErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(path === '' ? message : `${path}: ${message}`, options)
    this.code = code
    this.path = path
    this.detail = message
  }
}
