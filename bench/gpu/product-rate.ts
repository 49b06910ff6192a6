import type { Provider } from '../../packages/networks/src/index.ts'
import { GraphBuilder } from '../../packages/networks/src/onnx/graph-builder.ts'
import { openSession } from '../../packages/networks/src/session/session.ts'

/**
 * Operations a second that a provider reaches in a chain of matrix products, two a multiply-add: the best of several runs. What the numbers are sent and
 * fetched in is taken off by a chain of half the length. Called by its address in a process of its own.
 */
export async function openProductRate(
  provider: Provider,
  dtype: 'float32' | 'float16',
  width: number,
): Promise<object> {
  const [short, long] = [await seconds(provider, dtype, width, 32), await seconds(provider, dtype, width, 64)]
  return { rate: (32 * 2 * width ** 3) / (long - short), close: () => Promise.resolve() }
}

async function seconds(
  provider: Provider,
  dtype: 'float32' | 'float16',
  width: number,
  length: number,
): Promise<number> {
  const graph = new GraphBuilder('products')
  const drawn = graph.constant(
    new Float32Array(width * width).map((_, i) => Math.sin(i) * Math.sqrt(2 / width)),
    [width, width],
  )
  const x = graph.input('x', 'float32', [width, width])
  const cast = (value: typeof x, to: number) => (dtype === 'float32' ? value : graph.node('Cast', [value], { to }))
  const weights = cast(drawn, 10)
  let y = cast(x, 10)
  for (let i = 0; i < length; i++) y = graph.node('MatMul', [y, weights])
  graph.output(cast(y, 1), 'y', 'float32', [width, width])
  const session = await openSession(graph.build(), { provider })
  const feed = {
    x: { type: 'float32', data: new Float32Array(width * width).fill(0.5), shape: [width, width] },
  } as const
  let best = Infinity
  for (let round = 0; round < 6; round++) {
    const begun = performance.now()
    await session.run(feed)
    if (round > 0) best = Math.min(best, (performance.now() - begun) / 1e3)
  }
  await session.close()
  return best
}
