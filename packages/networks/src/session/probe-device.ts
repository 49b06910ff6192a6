// Run by probeProviders in a process of its own: exits with 0 where the provider named in the argument runs a graph.
import { isError } from '@kinemetric/files'
import { GraphBuilder } from '../onnx/graph-builder.ts'
import { requireProvider } from './devices.ts'
import { openSession } from './session.ts'

const provider = requireProvider(process.argv[2] ?? '')
const graph = new GraphBuilder('probe')
const x = graph.input('x', 'float32', [1, 1, 4, 4])
const kernel = graph.constant(new Float32Array(9).fill(1), [1, 1, 3, 3])
graph.output(
  graph.node('Relu', [graph.node('Conv', [x, kernel], { pads: [1, 1, 1, 1] })]),
  'y',
  'float32',
  [1, 1, 4, 4],
)

const session = await openSession(graph.build(), { provider, threads: 1, requireWhole: true }).catch(
  (error: unknown) => {
    if (!isError(error)) throw error
    process.stderr.write(`KinemetricError: ${error.found === '' ? error.sentence : error.found}\n`)
    process.exit(1)
  },
)
const { y } = await session.run({ x: { type: 'float32', data: new Float32Array(16).fill(1), shape: [1, 1, 4, 4] } })
await session.close()
const values = Array.from(y.data, Number)
if (values[0] !== 4 || values[5] !== 9) throw new Error(`wrong result on ${provider}: ${values.join(' ')}`)
