export type ProviderErrorCode =
  | 'unknown-provider'
  | 'not-bundled'
  | 'not-available'
  | 'graph-refused'
  | 'weights-refused'
  | 'run-failed'

/** An execution provider cannot do what was asked. It is never replaced by another one silently. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly code: ProviderErrorCode
  readonly provider: string

  constructor(code: ProviderErrorCode, provider: string, message: string, options?: ErrorOptions) {
    super(`${provider}: ${message}`, options)
    this.code = code
    this.provider = provider
  }
}
