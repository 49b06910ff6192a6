import { describe, expect, test } from 'vitest'

import { type CubicResize, cubicMatrix } from '../../src/layers/cubic-matrix.ts'
import { resizePlanes, resizePlanesFeeds } from '../../src/layers/resize-planes.ts'
import { GraphBuilder } from '../../src/onnx/graph-builder.ts'
import { float32Data, type HostTensor, openSession } from '../../src/session/session.ts'
import { hasShared } from '../../../../test/shared.ts'
import { farthest, goldenTensor, runnerGoldens } from '../models/runner-goldens.ts'

describe.skipIf(!hasShared('goldens', 'runners'))('resizes of pictures', () => {
  test('diffusers’ antialiased one, smaller, larger and the same', async () => {
    const goldens = await runnerGoldens('interdyn_tiny_golden.safetensors')
    for (const i of [0, 1, 2, 3]) {
      const found = await resized('diffusers-antialias', await goldenTensor(goldens, `aa.${i}.in`), 28)
      expect(farthest(found, await goldenTensor(goldens, `aa.${i}.out`))).toBeLessThan(1e-5)
    }
  })

  test('diffusers’ antialiased one, at the size of a real picture', async () => {
    const goldens = await runnerGoldens('interdyn_tiny_golden.safetensors')
    const found = everyEighth(await resized('diffusers-antialias', pattern(256, 384), 224))
    // The original computes positions and kernels in 32 bits.
    expect(farthest(found, await goldenTensor(goldens, 'aa.pattern256x384.out_sub8'))).toBeLessThan(5e-5)
  })

  test('kornia’s', async () => {
    const goldens = await runnerGoldens('coshand_tiny_golden.safetensors')
    const found = everyEighth(await resized('kornia-bicubic', pattern(256, 256), 224))
    expect(farthest(found, await goldenTensor(goldens, 'clip.pattern256_to_224_sub8'))).toBeLessThan(5e-5)
  })
})

test('a constant stays what it is, and corners stay corners without a blur', () => {
  for (const kind of ['diffusers-antialias', 'kornia-bicubic'] as const)
    for (const [input, output] of [
      [384, 224],
      [20, 28],
      [3, 28],
      [28, 28],
      [1, 4],
      [7, 1],
    ]) {
      const matrix = cubicMatrix(kind, input, output)
      for (let i = 0; i < output; i++) {
        const row = matrix.subarray(i * input, (i + 1) * input)
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 6)
      }
    }
  const matrix = cubicMatrix('kornia-bicubic', 9, 5)
  expect([...matrix.subarray(0, 9)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0])
  expect([...matrix.subarray(36, 45)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1])
})

async function resized(kind: CubicResize, planes: HostTensor, side: number): Promise<HostTensor> {
  const graph = new GraphBuilder('resize')
  const input = graph.input('planes', 'float32', [1, 3, 'height', 'width'])
  graph.output(resizePlanes(graph, input, side), 'resized', 'float32', [1, 3, side, side])
  const session = await openSession(graph.build())
  const [, , height, width] = planes.shape
  const { resized } = await session.run({ planes, ...resizePlanesFeeds(kind, [height, width], side) })
  await session.close()
  return resized
}

/** The goldens' pattern: waves, and numbers that change from column to column. */
function pattern(height: number, width: number): HostTensor {
  const rules = [
    (y: number, x: number) => Math.sin(0.13 * y + 0.07 * x),
    (y: number, x: number) => Math.cos(0.05 * y - 0.21 * x),
    (y: number, x: number) => ((width * y + x) % 17) / 8.5 - 1,
  ]
  const size = height * width
  const data = Float32Array.from({ length: 3 * size }, (_, i) =>
    rules[Math.floor(i / size)](Math.floor((i % size) / width), i % width),
  )
  return { type: 'float32', data, shape: [1, 3, height, width] }
}

function everyEighth(planes: HostTensor): HostTensor {
  const [, , height, width] = planes.shape
  const kept = float32Data(planes).filter((_, i) => i % 8 === 0 && Math.floor(i / width) % 8 === 0)
  return { type: 'float32', data: kept, shape: [1, 3, height / 8, width / 8] }
}
