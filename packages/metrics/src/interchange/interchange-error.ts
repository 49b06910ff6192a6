/** Why a file of features or statistics could not be read or written. */
export type InterchangeErrorCode =
  | 'not-found'
  | 'not-readable'
  | 'not-npy'
  | 'not-npz'
  | 'truncated'
  | 'damaged'
  | 'unsupported'
  | 'too-large'
  | 'wrong-shape'
  | 'not-finite'
  | 'missing-entry'
  | 'write-failed'

/** A file of features or statistics is not what it should be. The message says what was expected, what was found and where. */
export class InterchangeError extends Error {
  override name = 'InterchangeError'
  readonly code: InterchangeErrorCode
  /** The file, and the entry inside an .npz: `ref.npz:mu`. */
  readonly where: string

  constructor(code: InterchangeErrorCode, where: string, message: string, options?: ErrorOptions) {
    super(`${where}: ${message}`, options)
    this.code = code
    this.where = where
  }
}
