export type CheckpointErrorCode =
  | 'not-found'
  | 'not-a-file'
  | 'outside-roots'
  | 'not-readable'
  | 'unknown-format'
  | 'truncated'
  | 'compressed'
  | 'unsupported'
  | 'unknown-opcode'
  | 'unknown-global'
  | 'malformed'
  | 'too-large'
  | 'out-of-range'
  | 'overlap'
  | 'no-tensors'
  | 'wrong-tensors'
  | 'write-failed'

/** A checkpoint cannot be read (or written) as asked. `path` is the file; the message says what was expected and what was found. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError'
  readonly code: CheckpointErrorCode
  readonly path: string

  constructor(code: CheckpointErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(path === '' ? message : `${path}: ${message}`, options)
    this.code = code
    this.path = path
  }
}
