/** A graph that cannot be built as asked. The message names the node or tensor, what was expected and what was found. */
export class GraphError extends Error {
  override readonly name = 'GraphError'
}
