import { GraphBuilder, type Value } from '../../packages/networks/src/onnx/graph-builder.ts'
import type { HostTensor } from '../../packages/networks/src/index.ts'
import { openSession } from '../../packages/networks/src/session/session.ts'

/** What the products of a transformer's block are made of. */
export interface BlockSize {
  readonly batch: number
  readonly tokens: number
  readonly width: number
  readonly heads: number
  /** Width inside the feed-forward layers. */
  readonly mlp: number
}

/** Operations of a block's products, two a multiply-add: linear layers and both products of attention. */
export function blockOperations({ batch, tokens, width, mlp }: BlockSize): number {
  return 2 * batch * tokens * (4 * width ** 2 + 2 * width * mlp + 2 * tokens * width)
}

/** Of a last block that makes the row of one token a picture: keys and values of all, the rest of that one. */
export function lastBlockOperations({ batch, tokens, width, mlp }: BlockSize): number {
  return 2 * batch * (tokens * 2 * width ** 2 + 2 * width ** 2 + 2 * width * mlp + 2 * tokens * width)
}

/**
 * onnxruntime's own rate at a block's products: MatMul of the same shapes one after the other and nothing else, weights constant as in a network.
 * A call is one block.
 */
export async function openBlockProducts(size: BlockSize, threads: number) {
  const { batch, tokens, width, heads, mlp } = size
  const graph = new GraphBuilder('products')
  const rows = batch * tokens
  const layer = (x: Value, from: number, to: number) =>
    graph.node('MatMul', [x, graph.constant(some(from * to), [from, to])])
  const x = graph.input('x', 'float32', [rows, width])
  const q = layer(x, width, width)
  const k = layer(q, width, width)
  const v = layer(k, width, width)
  const wide = layer(layer(v, width, width), width, mlp)
  const shape = [batch * heads, tokens, width / heads]
  const turned = [shape[0], shape[2], tokens]
  const [left, right, values] = [
    graph.input('left', 'float32', shape),
    graph.input('right', 'float32', turned),
    graph.input('values', 'float32', shape),
  ]
  const mixed = graph.node('MatMul', [graph.node('MatMul', [left, right]), values])
  const corner = (y: Value, axes: number) =>
    graph.node('Slice', [y, graph.ints(Array(axes).fill(0)), graph.ints(Array(axes).fill(1))])
  graph.output(corner(layer(wide, mlp, width), 2), 'rows', 'float32', [1, 1])
  graph.output(corner(mixed, 3), 'mixed', 'float32', [1, 1, 1])
  const session = await openSession(graph.build(), { threads })
  const feeds = {
    x: tensor([rows, width]),
    left: tensor(shape),
    right: tensor(turned),
    values: tensor(shape),
  }
  return { run: async () => void (await session.run(feeds)), close: () => session.close() }
}

function tensor(shape: readonly number[]): HostTensor {
  return { type: 'float32', data: some(shape.reduce((a, b) => a * b, 1)), shape }
}

/** Small enough that a chain neither explodes nor dies out. */
function some(count: number): Float32Array {
  return new Float32Array(count).map((_, i) => Math.sin(i) / 24)
}
