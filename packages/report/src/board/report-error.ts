/**
 * Why a report could not be made: `unknown-metric` (a sort or selection names a metric that no record has), `no-records`, `bad-results` (the folder
 * is missing or unreadable), `bad-output` (the output folder holds something else, or cannot be written), `build-failed`, `port-in-use`, `serve-failed`.
 */
export type ReportErrorCode =
  | 'unknown-metric'
  | 'no-records'
  | 'bad-results'
  | 'bad-output'
  | 'build-failed'
  | 'port-in-use'
  | 'serve-failed'

/** Says what was expected, what was found, and where. */
export class ReportError extends Error {
  override name = 'ReportError'
  readonly code: ReportErrorCode

  constructor(code: ReportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
