/**
 * What can go wrong with records on disk: `exists` (and overwriting was not asked for), `invalid` (does not fit its schema; `issues` lists where),
 * `not-json`, `not-found`, `not-readable`, `disk-full`, `write-failed`.
 */
export type RecordsErrorCode =
  | 'exists'
  | 'invalid'
  | 'not-json'
  | 'not-found'
  | 'not-readable'
  | 'disk-full'
  | 'write-failed'

/** Says which file, what was expected and what was found. */
export class RecordsError extends Error {
  readonly code: RecordsErrorCode
  readonly path: string
  readonly issues: readonly string[]

  constructor(
    code: RecordsErrorCode,
    path: string,
    message: string,
    options: { cause?: unknown; issues?: readonly string[] } = {},
  ) {
    super(`${path}: ${message}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'RecordsError'
    this.code = code
    this.path = path
    this.issues = options.issues ?? []
  }
}

/** The RecordsError for a failed write: `disk-full` where the system says that no space, quota or file size is left. */
export function writeError(path: string, cause: unknown): RecordsError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
  return new RecordsError(
    full ? 'disk-full' : 'write-failed',
    path,
    `cannot be written (${full ? 'no space left' : String(code ?? cause)})`,
    { cause },
  )
}
