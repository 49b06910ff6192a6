import { GraphBuilder } from '../onnx/graph-builder.ts'
import type { Provider } from './devices.ts'
import { openSession } from './session.ts'

const side = 1024

/**
 * Floating-point operations a second in products of matrices of 1024², float32, two a multiply-add: about two seconds of them, the best of them counted.
 * @throws KinemetricError `not-available` where the provider is not
 */
export async function measureProducts(provider: Provider, threads?: number): Promise<number> {
  const graph = new GraphBuilder('products')
  const [a, b] = [graph.input('a', 'float32', [side, side]), graph.input('b', 'float32', [side, side])]
  // Several in one run: what crosses counts little then.
  let product = graph.node('MatMul', [a, b])
  for (let more = 1; more < perRun; more++) product = graph.node('MatMul', [product, b])
  graph.output(graph.node('ReduceMean', [product, graph.ints([0, 1])], { keepdims: 0 }), 'mean', 'float32', [])
  const session = await openSession(graph.build(), { provider, threads })
  try {
    const matrix = (scale: number) => new Float32Array(side * side).fill(scale / side)
    const feeds = {
      a: { type: 'float32', data: matrix(1), shape: [side, side] },
      b: { type: 'float32', data: matrix(1), shape: [side, side] },
    } as const
    await session.run(feeds)
    let best = Infinity
    for (const begun = performance.now(); performance.now() - begun < 2000;) {
      const at = performance.now()
      await session.run(feeds)
      best = Math.min(best, performance.now() - at)
    }
    return (perRun * 2 * side ** 3) / (best / 1000)
  } finally {
    await session.close()
  }
}

const perRun = 8
