export type RunnerErrorCode =
  | 'unknown-method'
  | 'bad-spec'
  | 'bad-output-folder'
  | 'missing-condition'
  | 'process-failed'
  | 'timeout'
  | 'wrong-output'

/** A method that cannot run, or ran and broke its contract. */
export class RunnerError extends Error {
  override readonly name = 'RunnerError'
  readonly code: RunnerErrorCode

  constructor(code: RunnerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
