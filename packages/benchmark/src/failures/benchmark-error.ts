/**
 * What stops a whole preparation or evaluation (one clip's trouble is a failure in the record instead):
 * `bad-manifest`, `bad-protocol`, `bad-dataset`, `bad-generated`, `bad-option`: input to correct · `locked`: another run works in the folder ·
 * `other-inputs`: the folder holds the unfinished run of other inputs · `record-exists`: the record is there and overwriting was not asked for ·
 * `no-clips`: nothing to do · `disk-full`, `write-failed`: what was computed is kept, free space and run again · `cache-lost`: entries went
 * missing while the run needed them, run again · `aborted`.
 */
export type BenchmarkErrorCode =
  | 'bad-manifest'
  | 'bad-protocol'
  | 'bad-dataset'
  | 'bad-generated'
  | 'bad-option'
  | 'locked'
  | 'other-inputs'
  | 'record-exists'
  | 'no-clips'
  | 'disk-full'
  | 'write-failed'
  | 'cache-lost'
  | 'aborted'

/** Says what was expected, what was found, and where. */
export class BenchmarkError extends Error {
  override readonly name = 'BenchmarkError'
  readonly code: BenchmarkErrorCode
  /** File, folder or option in question. */
  readonly where: string

  constructor(code: BenchmarkErrorCode, where: string, message: string, options?: ErrorOptions) {
    super(`${where}: ${message}`, options)
    this.code = code
    this.where = where
  }
}
