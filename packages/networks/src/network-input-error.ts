/** Frames that a network cannot take. The message says what was expected and what was found. */
export class NetworkInputError extends Error {
  override readonly name = 'NetworkInputError'
}
