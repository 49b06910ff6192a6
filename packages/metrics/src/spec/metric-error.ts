/** Why a metric could not be computed. */
export type MetricErrorCode =
  | 'shape-mismatch'
  | 'not-frames'
  | 'empty'
  | 'too-small'
  | 'unknown-recipe'
  | 'bad-option'
  | 'too-few'
  | 'too-many'
  | 'not-finite'
  | 'not-a-covariance'
  | 'recipe-mismatch'
  | 'closed'
  | 'worker'

/**
 * A metric refused its input. The message says what was expected, what was found and where.
 */
export class MetricError extends Error {
  override name = 'MetricError'
  readonly code: MetricErrorCode
  /** Where: the metric's id, or the function. */
  readonly where: string

  constructor(code: MetricErrorCode, where: string, message: string, options?: ErrorOptions) {
    super(`${where}: ${message}`, options)
    this.code = code
    this.where = where
  }
}
