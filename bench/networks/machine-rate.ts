import { GraphBuilder } from '../../packages/networks/src/onnx/graph-builder.ts'
import { openSession } from '../../packages/networks/src/session/session.ts'

/** What this machine reaches on the same onnxruntime, beside what is measured in the same run. */
export interface MachineRate {
  /** Operations of one call. */
  readonly operations: number
  run(): Promise<void>
  close(): Promise<void>
}

/** Matrix products in a chain, as linear layers have them: 1024 rows, 1280 in and out, weights that the session may reorder. */
export async function matrixRate(threads: number): Promise<MachineRate> {
  const [rows, width, chain] = [1024, 1280, 4]
  const graph = new GraphBuilder('products')
  const weights = graph.constant(
    new Float32Array(width * width).map((_, i) => Math.sin(i) / 36),
    [width, width],
  )
  let x = graph.input('x', 'float32', [rows, width])
  for (let i = 0; i < chain; i++) x = graph.node('Gemm', [x, weights], { transB: 1 })
  graph.output(x, 'y', 'float32', [rows, width])
  const session = await openSession(graph.build(), { threads })
  const data = new Float32Array(rows * width).map((_, i) => Math.cos(i))
  return {
    operations: 2 * rows * width * width * chain,
    run: async () => void (await session.run({ x: { type: 'float32', data, shape: [rows, width] } })),
    close: () => session.close(),
  }
}
