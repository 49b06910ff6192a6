/** A computation that is made when it is first asked for, and not again. */
export function once<T>(compute: () => T): () => T {
  let result: { value: T } | undefined
  return () => (result ??= { value: compute() }).value
}
