import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { findTensor } from '../../src/checkpoints/find-tensor.ts'
import { openCheckpoint } from '../../src/checkpoints/open-checkpoint.ts'
import { convolution } from '../../src/layers/convolution.ts'
import type { Layers } from '../../src/layers/layers.ts'
import { linear } from '../../src/layers/linear.ts'
import { GraphBuilder } from '../../src/onnx/graph-builder.ts'
import { float32Data, openSession } from '../../src/session/session.ts'
import { formulaNumbers } from '../formula-weights.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const shapes = { 'conv.weight': [8, 4, 3, 3], 'conv.bias': [8], 'out.weight': [6, 8], 'out.bias': [6] }

test('weights that wait are widened while the graph runs, others when it opens, and both give the same', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'halves.safetensors')
  writeHalves(file)
  const plain = await run(folder, file, false)
  const late = await run(folder, file, true)
  expect(farthest(late.y, plain.y)).toBeLessThan(1e-5)
  expect(Math.hypot(...plain.y)).toBeGreaterThan(0.1)
  expect(plain.casts).toBe(0)
  // The kernel and the matrix, and what each of them waits for.
  expect(late.casts).toBe(4)
})

/** A convolution and a product after it, and how many casts ran. */
async function run(folder: string, file: string, lateWeights: boolean) {
  const checkpoint = await openCheckpoint(file)
  const graph = new GraphBuilder('late')
  const tensor = (name: string) => findTensor(checkpoint, name)
  const layers: Layers = { graph, tensor, dtype: 'float32', fusedAttention: false, lateWeights }
  const x = graph.input('x', 'float32', [1, 4, 5, 5])
  const maps = convolution(layers, x, 'conv')
  const rows = graph.node('Reshape', [graph.node('Transpose', [maps], { perm: [0, 2, 3, 1] }), graph.ints([25, 8])])
  graph.output(linear(layers, rows, 'out', { outer: [-1] }), 'y', 'float32', [25, 6])
  const profilePrefix = join(folder, `profile-${lateWeights}`)
  const session = await openSession(graph.build(), { threads: 1, profilePrefix })
  const data = Float32Array.from(formulaNumbers('x', 100))
  const { y } = await session.run({ x: { type: 'float32', data, shape: [1, 4, 5, 5] } })
  await session.close()
  const profile = readdirSync(folder).find((name) => name.startsWith(`profile-${lateWeights}`))
  const events: { args?: { op_name?: string }; name?: string }[] = JSON.parse(
    readFileSync(join(folder, profile ?? ''), 'utf8'),
  )
  const casts = events.filter(({ name, args }) => args?.op_name === 'Cast' && name?.endsWith('_kernel_time') === true)
  return { y: float32Data(y), casts: casts.length }
}

function writeHalves(file: string): void {
  let end = 0
  const parts: Float16Array[] = []
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const values = Float16Array.from(
      formulaNumbers(
        name,
        shape.reduce((a, b) => a * b, 1),
      ),
    )
    parts.push(values)
    const start = end
    end += values.byteLength
    return [name, { dtype: 'F16', shape, data_offsets: [start, end] }]
  })
  const text = JSON.stringify(Object.fromEntries(entries))
  const header = Buffer.from(text.padEnd(8 * Math.ceil(text.length / 8)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  writeFileSync(file, Buffer.concat([length, header, ...parts.map(({ buffer }) => Buffer.from(buffer))]))
}

function farthest(a: Float32Array, b: Float32Array): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i])))
}
