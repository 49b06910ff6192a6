import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { frameArray, halfPixelBilinear, type FrameArray } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { i3dGraph } from '../../../src/models/i3d/graph.ts'
import { i3dUnits, samePadding } from '../../../src/models/i3d/layers.ts'
import { i3dTensors, i3dUnitNames, i3dNamings, type I3dNaming } from '../../../src/models/i3d/tensors.ts'
import { shorterSideSize } from '../../../src/models/i3d/open.ts'
import { openCheckpoint, writeTorchZip, type FeatureExtractor } from '../../../src/index.ts'
import { openI3d } from '../../../src/models/i3d/open.ts'
import { openSession } from '../../../src/session/session.ts'
import { float32Data } from '../../../src/session/session.ts'
import { formulaTensors } from '../../formula-weights.ts'
import { meanAndLength, worstError } from '../../worst-error.ts'

type Tensors = Map<string, { shape: readonly number[]; data: Float32Array }>

let folder: string
let official: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinemetric-i3d-'))
  official = join(folder, 'i3d_pretrained_400.pt')
  await writeTorchZip(official, formulaTensors(i3dTensors('pytorch-i3d')))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function using<R>(opening: Promise<FeatureExtractor>, use: (i3d: FeatureExtractor) => Promise<R>): Promise<R> {
  const extractor = await opening
  try {
    return await use(extractor)
  } finally {
    await extractor.close()
  }
}

/** A clip of noise-free, moving stripes. */
function stripes(count: number, height: number, width: number): FrameArray {
  const data = new Uint8Array(count * height * width * 3)
  for (let i = 0, t = 0; t < count; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++) data[i++] = Math.round(127.5 + 90 * Math.sin(0.1 * x + 0.06 * y + 0.5 * t + c))
  return frameArray(data, count, height, width)
}

/** The goldens' input, as planes `[T, 3, 224, 224]`. */
function goldenPlanes(count: number): Float32Array {
  const data = new Float32Array(count * 3 * 224 * 224)
  for (let i = 0, t = 0; t < count; t++)
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < 224; y++)
        for (let x = 0; x < 224; x++) data[i++] = Math.sin(0.05 * x + 0.03 * y + 0.4 * t + 0.8 * c)
  return data
}

async function goldenLogits(frames: number, batchNormEpsilon: number): Promise<Float32Array> {
  const graph = i3dGraph(await openCheckpoint(official), 'pytorch-i3d', { frames, batchNormEpsilon, input: 'planes' })
  const session = await openSession(graph)
  const planes = { type: 'float32', data: goldenPlanes(frames), shape: [frames, 3, 224, 224] } as const
  const { logits } = await session.run({ planes })
  await session.close()
  return float32Data(logits)
}

test('the network has 57 units, 12,697,264 parameters, and the padding of TensorFlow', () => {
  const units = [...i3dUnits(13).values()]
  expect(units.length).toBe(57)
  const kernels = units.reduce((sum, { input, output, size }) => sum + input * output * size ** 3, 0)
  const scales = units.reduce((sum, { output }) => sum + 2 * output, 0)
  expect(kernels + scales + 1024 * 400 + 400).toBe(12_697_264)
  expect(samePadding(224, 7, 2)).toEqual({ length: 112, before: 2, after: 3 })
  expect(samePadding(13, 7, 2)).toEqual({ length: 7, before: 3, after: 3 })
  expect(samePadding(14, 7, 2)).toEqual({ length: 7, before: 2, after: 3 })
  expect(samePadding(7, 3, 2)).toEqual({ length: 4, before: 1, after: 1 })
  expect(samePadding(8, 3, 2)).toEqual({ length: 4, before: 0, after: 1 })
})

test.skipIf(!hasShared('spec', 'tensors', 'i3d_pytorch_i3d_names.json'))(
  'its tensors are those of the official checkpoint',
  () => {
    const official = JSON.parse(readFileSync(sharedPath('spec', 'tensors', 'i3d_pytorch_i3d_names.json'), 'utf8'))
    expect(i3dTensors('pytorch-i3d')).toEqual(official)
  },
)

test("the other namings: TensorFlow's 230 variables, hassony2's branches", () => {
  const tensorflow = i3dTensors('tensorflow')
  expect(Object.keys(tensorflow).length).toBe(230)
  expect(tensorflow['RGB/inception_i3d/Mixed_5b/Branch_2/Conv3d_0a_3x3/conv_3d/w']).toEqual([3, 3, 3, 32, 128])
  expect(tensorflow['RGB/inception_i3d/Mixed_5c/Branch_2/Conv3d_0b_3x3/batch_norm/beta']).toEqual([1, 1, 1, 1, 128])
  const hassony2 = i3dTensors('hassony2')
  expect(hassony2['mixed_4f.branch_3.1.conv3d.weight']).toEqual([128, 528, 1, 1, 1])
  expect(hassony2['mixed_3b.branch_0.batch3d.running_var']).toEqual([64])
  expect(Object.keys({ ...tensorflow, ...hassony2 }).filter((name) => name.includes('undefined'))).toEqual([])
})

describe('I3D logits with formula weights, against the original code', () => {
  // Printed to six decimals; 1e-4 relative is the goldens' own tolerance between two implementations in 32 bits.
  test('13 frames, ε 1e-3', async () => {
    const row = await goldenLogits(13, 1e-3)
    const printed = [5.571987, -0.121485, 0.942748, 4.136093, 1.99664, 0.1335414, 74.613289, 1.455966]
    expect(worstError([...row.slice(0, 5), ...meanAndLength(row), row[399]], printed, 5e-7)).toBeLessThan(1e-4)
  })

  test('14 frames, ε 1e-3', async () => {
    const row = await goldenLogits(14, 1e-3)
    const printed = [5.675665, -0.199553, 1.107431, 74.501333]
    expect(worstError([...row.slice(0, 3), meanAndLength(row)[1]], printed, 5e-7)).toBeLessThan(1e-4)
  })

  test('13 frames, ε 1e-5', async () => {
    const row = await goldenLogits(13, 1e-5)
    expect(worstError([row[0], meanAndLength(row)[1]], [5.627522, 75.348172], 5e-7)).toBeLessThan(1e-4)
  })
})

test('every naming gives the same row for the same numbers', async () => {
  const clip = stripes(9, 64, 80)
  const values = formulaTensors(i3dTensors('pytorch-i3d'))
  for (const name of values.keys()) {
    // TensorFlow's checkpoints have no batch norm scale: 1.
    if (name.endsWith('.bn.weight'))
      values.set(name, { ...values.get(name)!, data: values.get(name)!.data.map(() => 1) })
  }
  const rows: Float32Array[] = []
  for (const naming of ['pytorch-i3d', 'hassony2', 'tensorflow'] as const) {
    const file = join(folder, `${naming}.pt`)
    await writeTorchZip(file, renamed(values, naming))
    const opening = openI3d(await openCheckpoint(file), { preprocessing: 'squash-tf1', batchNormEpsilon: 1e-3 })
    rows.push(await using(opening, (i3d) => i3d.extract(clip)))
  }
  expect(rows[1]).toEqual(rows[0])
  expect(rows[2]).toEqual(rows[0])
})

test('frames are resized and normalised in the graph as each preprocessing says', async () => {
  const clip = stripes(9, 100, 140)
  const checkpoint = await openCheckpoint(official)
  const extract = (preprocessing: 'squash-half-pixel' | 'squash-tf1' | 'shorter-side-crop') =>
    using(openI3d(checkpoint, { preprocessing, batchNormEpsilon: 1e-3 }), (i3d) => i3d.extract(clip))
  const squashed = await extract('squash-half-pixel')
  const cropped = await extract('shorter-side-crop')
  const tf1 = await extract('squash-tf1')

  // The same by hand: the video package resizes, a graph that starts at planes does the rest.
  const byHand = async (resized: ReturnType<typeof halfPixelBilinear>, left = 0): Promise<Float32Array> => {
    const planes = new Float32Array(9 * 3 * 224 * 224)
    for (let i = 0, t = 0; t < 9; t++)
      for (let c = 0; c < 3; c++)
        for (let y = 0; y < 224; y++)
          for (let x = 0; x < 224; x++) planes[i++] = resized.get(t, y, left + x, c) / 127.5 - 1
    const graph = i3dGraph(checkpoint, 'pytorch-i3d', { frames: 9, batchNormEpsilon: 1e-3, input: 'planes' })
    const session = await openSession(graph)
    const { logits } = await session.run({ planes: { type: 'float32', data: planes, shape: [9, 3, 224, 224] } })
    await session.close()
    return float32Data(logits)
  }
  expect(difference(squashed, await byHand(halfPixelBilinear(clip, 224, 224)))).toBeLessThan(1e-5)
  const wide = halfPixelBilinear(clip, 224, 314)
  expect(difference(cropped, await byHand(wide, 45))).toBeLessThan(1e-5)
  expect(difference(tf1, squashed)).toBeGreaterThan(1e-3)
  expect(difference(cropped, squashed)).toBeGreaterThan(1e-3)
})

test('the shorter side becomes 224, the other one is rounded up', () => {
  expect(shorterSideSize(256, 384)).toEqual({ height: 224, width: 336 })
  expect(shorterSideSize(240, 427)).toEqual({ height: 224, width: 399 })
  expect(shorterSideSize(427, 240)).toEqual({ height: 399, width: 224 })
})

test('clips of fewer than nine frames are refused, nine are enough', async () => {
  const opening = openI3d(await openCheckpoint(official), { preprocessing: 'squash-tf1', batchNormEpsilon: 1e-5 })
  await using(opening, async (i3d) => {
    await expect(i3d.extract(stripes(8, 32, 32))).rejects.toThrow('i3d: expected at least 9 frames, found 8')
    await expect(i3d.extract(stripes(8, 32, 32))).rejects.toMatchObject({ code: 'too-few-frames' })
    expect((await i3d.extract(stripes(9, 32, 32))).length).toBe(400)
  })
})

/** The same numbers under another naming's names, in its layout. */
function renamed(values: Tensors, naming: I3dNaming): Tensors {
  const shapes = i3dTensors(naming)
  const result: Tensors = new Map()
  const put = (from: string, to: string | undefined): void => {
    if (to === undefined) return
    const { shape, data } = values.get(from)!
    const isKernel = naming === 'tensorflow' && shape.length === 5
    result.set(to, { shape: shapes[to], data: isKernel ? toTensorflow(data, shape) : data })
  }
  for (const unit of i3dUnits().keys()) {
    const [from, to] = [i3dUnitNames(unit, 'pytorch-i3d'), i3dUnitNames(unit, naming)]
    for (const part of ['kernel', 'scale', 'shift', 'mean', 'variance'] as const) put(from[part]!, to[part])
  }
  put(i3dNamings['pytorch-i3d'].logits.kernel, i3dNamings[naming].logits.kernel)
  put(i3dNamings['pytorch-i3d'].logits.bias, i3dNamings[naming].logits.bias)
  return result
}

/** (out, in, time, height, width) to (time, height, width, in, out). */
function toTensorflow(data: Float32Array, [output, input, ...size]: readonly number[]): Float32Array {
  const taps = size.reduce((a, b) => a * b)
  const result = new Float32Array(data.length)
  for (let o = 0; o < output; o++)
    for (let i = 0; i < input; i++)
      for (let tap = 0; tap < taps; tap++) result[(tap * input + i) * output + o] = data[(o * input + i) * taps + tap]
  return result
}

function difference(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((x, i) => x - b[i])) / Math.hypot(...b)
}
