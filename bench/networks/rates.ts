import { GraphBuilder, type Value } from '../../packages/networks/src/onnx/graph-builder.ts'
import { openSession } from '../../packages/networks/src/session/session.ts'
import { measured } from './measured.ts'

/** What this machine reaches by itself, GFLOP a second of processor time: a product of matrices, a convolution. */
export async function machineRates(threads: number): Promise<{ product: number; convolution: number }> {
  const product = await rate(threads, 2 * 1344 * 1280 * 5120, [1344, 1280], (graph, x) =>
    graph.node('Gemm', [x, graph.constant(some(5120 * 1280), [5120, 1280])], { transB: 1 }),
  )
  const convolution = await rate(threads, 2 * 9 * 4 * 128 * 128 * 56 * 56 * 8, [4, 128, 56, 56], (graph, x) => {
    const kernel = graph.constant(some(128 * 128 * 9), [128, 128, 3, 3])
    let y = x
    for (let i = 0; i < 8; i++) y = graph.node('Conv', [y, kernel], { pads: [1, 1, 1, 1] })
    return y
  })
  return { product, convolution }
}

async function rate(
  threads: number,
  operations: number,
  shape: readonly number[],
  make: (graph: GraphBuilder, x: Value) => Value,
): Promise<number> {
  const graph = new GraphBuilder('rate')
  graph.output(
    make(graph, graph.input('x', 'float32', shape)),
    'y',
    'float32',
    shape.map((_, axis) => `axis${axis}`),
  )
  const session = await openSession(graph.build(), { threads })
  const x = { type: 'float32', data: some(shape.reduce((a, b) => a * b, 1)), shape } as const
  const times: number[] = []
  for (let round = 0; round < 6; round++) times.push((await measured(() => session.run({ x }))).processor)
  await session.close()
  // The middle one after the first, which warms up.
  return operations / times.slice(1).toSorted((a, b) => a - b)[2] / 1e6
}

/** Small enough that a chain neither explodes nor dies out. */
function some(count: number): Float32Array {
  return new Float32Array(count).map((_, i) => Math.sin(i) / 24)
}
