import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { findTensor } from '../../src/checkpoints/find-tensor.ts'
import { openCheckpoint, writeSafetensors } from '../../src/index.ts'
import { attention, oneTokenAttention } from '../../src/layers/attention.ts'
import type { Layers } from '../../src/layers/layers.ts'
import { linear } from '../../src/layers/linear.ts'
import { GraphBuilder, type Value } from '../../src/onnx/graph-builder.ts'
import { float32Data, type HostTensor, openSession } from '../../src/session/session.ts'
import { formulaNumbers, formulaTensors } from '../formula-weights.ts'

const [batch, tokens, width, contextWidth] = [2, 5, 8, 6]
const shapes = {
  'attn2.to_q.weight': [width, width],
  'attn2.to_k.weight': [width, contextWidth],
  'attn2.to_v.weight': [width, contextWidth],
  'attn2.to_out.0.weight': [width, width],
  'attn2.to_out.0.bias': [width],
}

let folder: string
let tensor: Layers['tensor']
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinemetric-attention-'))
  const path = join(folder, 'attention.safetensors')
  await writeSafetensors(path, formulaTensors(shapes))
  const checkpoint = await openCheckpoint(path)
  tensor = (name) => findTensor(checkpoint, name)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a graph makes of some tokens `[batch, tokens, width]` and a context `[batch, contextWidth]`. */
async function computed(make: (layers: Layers, x: Value, context: Value) => Value, fusedAttention = true) {
  const graph = new GraphBuilder('attention')
  const [x, context] = [
    graph.input('x', 'float32', [batch, tokens, width]),
    graph.input('context', 'float32', [batch, contextWidth]),
  ]
  graph.output(make({ graph, tensor, dtype: 'float32', fusedAttention }, x, context), 'y', 'float32', ['b', 't', 'w'])
  const session = await openSession(graph.build(), { threads: 1 })
  const { y } = await session.run({
    x: some('x', [batch, tokens, width]),
    context: some('context', [batch, contextWidth]),
  })
  await session.close()
  return float32Data(y)
}

describe('attention', () => {
  test('to one token is one vector a sample: the same as queries, keys and softmax in full', async () => {
    const full = await computed((layers, x, context) => {
      const one = layers.graph.node('Unsqueeze', [context, layers.graph.ints([1])])
      const q = linear(layers, x, 'attn2.to_q', { outer: [batch, tokens], bias: false })
      const [k, v] = ['to_k', 'to_v'].map((part) =>
        linear(layers, one, `attn2.${part}`, { outer: [batch, 1], bias: false }),
      )
      return linear(layers, attention(layers, [q, k, v], { heads: 2, width }), 'attn2.to_out.0', {
        outer: [batch, tokens],
      })
    })
    const short = await computed((layers, _, context) => oneTokenAttention(layers, context, 'attn2', { width }))
    for (const [i, value] of full.entries()) {
      const sample = Math.floor(i / (tokens * width))
      expect(value).toBeCloseTo(short[sample * width + (i % width)], 6)
    }
    expect(full).toHaveLength(batch * tokens * width)
  })

  test('spelled out is the fused operator’s', async () => {
    const [fused, spelled] = [await computed(itself, true), await computed(itself, false)]
    for (const [i, value] of fused.entries()) expect(spelled[i]).toBeCloseTo(value, 6)
    expect(Math.hypot(...fused)).toBeGreaterThan(0.1)
  })
})

function itself(layers: Layers, x: Value): Value {
  return attention(layers, [x, x, x], { heads: 2, width })
}

function some(name: string, shape: readonly number[]): HostTensor {
  const numbers = formulaNumbers(
    name,
    shape.reduce((a, b) => a * b, 1),
  )
  return { type: 'float32', data: Float32Array.from(numbers), shape }
}
