import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sliceFrames } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { openCheckpoint, writeSafetensors, writeTorchZip, type FeatureExtractor } from '../../../src/index.ts'
import { openInception } from '../../../src/models/inception/open.ts'
import { inceptionUnits } from '../../../src/models/inception/layers.ts'
import { inceptionTensors, inceptionUnitNames } from '../../../src/models/inception/tensors.ts'
import { formulaTensors } from '../../formula-weights.ts'
import { goldenA } from '../../golden-frames.ts'
import { meanAndLength, worstError } from '../../worst-error.ts'

const names = sharedPath('spec', 'tensors', 'inception_2015.json')
let folder: string
let official: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinemetric-inception-'))
  official = join(folder, 'pytorch-fid.safetensors')
  await writeSafetensors(official, formulaTensors(inceptionTensors('pytorch-fid')))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function using<R>(
  opening: Promise<FeatureExtractor>,
  use: (extractor: FeatureExtractor) => Promise<R>,
): Promise<R> {
  const extractor = await opening
  try {
    return await use(extractor)
  } finally {
    await extractor.close()
  }
}

test('the network has 94 units, 21,785,568 parameters without the classifier and 11.5 GFLOP a frame', () => {
  const units = [...inceptionUnits().values()]
  expect(units.length).toBe(94)
  const parameters = units.map(({ input, output, kernel }) => input * output * kernel[0] * kernel[1] + 2 * output)
  expect(parameters.reduce((a, b) => a + b)).toBe(21_785_568)
  // torchvision counts 5.71 G multiply-adds for its Inception v3.
  expect(units.reduce((sum, unit) => sum + unit.operations, 0) / 2e9).toBeCloseTo(5.71, 1)
})

test.skipIf(!hasShared('spec', 'tensors', 'inception_2015.json'))(
  'its tensors are those of the official checkpoint',
  () => {
    const official: Record<string, number[]> = JSON.parse(readFileSync(names, 'utf8'))
    const needed = Object.fromEntries(
      Object.entries(official).filter(([name]) => !/^fc\.|num_batches_tracked/.test(name)),
    )
    expect(inceptionTensors('pytorch-fid')).toEqual(needed)
  },
)

test("NVIDIA's names: one for one, TensorFlow's words, no batch norm scale", () => {
  const tensors = inceptionTensors('nvidia-torchscript')
  expect(Object.keys(tensors).length).toBe(94 * 4)
  expect(tensors['layers.conv.weight']).toEqual([32, 3, 3, 3])
  expect(tensors['layers.mixed_4.tower_1.conv_4.var']).toEqual([192])
  expect(tensors['layers.mixed_10.tower_1_mixed_conv_1.weight']).toEqual([384, 384, 3, 1])
  expect(Object.keys(tensors).filter((name) => name.includes('undefined'))).toEqual([])
})

// Six decimals are printed; 1e-4 relative is the goldens' own tolerance between two implementations in 32 bits.
describe('Inception pool3 with formula weights, against the original code', () => {
  const first = sliceFrames(goldenA, 0, 1, 1)

  test('TF1 resize, (x − 128)/128', async () => {
    const row = await using(openInception(await openCheckpoint(official), { preprocessing: 'tf1' }), (x) =>
      x.extract(first),
    )
    const printed = [0.002249, 0.095628, 0, 4.626054, 0.00637, 1.0630424, 79.524409, 0.810867]
    expect(worstError([...row.slice(0, 5), ...meanAndLength(row), row[1000]], printed, 5e-7)).toBeLessThan(1e-4)
  })

  test('half-pixel resize, 2x/255 − 1', async () => {
    const opening = openInception(await openCheckpoint(official), { preprocessing: 'half-pixel' })
    const row = await using(opening, (x) => x.extract(first))
    const printed = [0.002754, 0.100234, 0, 4.64365, 0.010962, 1.0693292, 79.981739]
    expect(worstError([...row.slice(0, 5), ...meanAndLength(row)], printed, 5e-7)).toBeLessThan(1e-4)
  })
})

test.runIf(process.env.KINEMETRIC_FULL)(
  "NVIDIA's archive gives the same features as pytorch-fid's checkpoint with the same numbers",
  async () => {
    const values = formulaTensors(inceptionTensors('pytorch-fid'))
    const renamed = new Map()
    for (const unit of inceptionUnits().keys()) {
      const [from, to] = [inceptionUnitNames(unit, 'pytorch-fid'), inceptionUnitNames(unit, 'nvidia-torchscript')]
      for (const part of ['kernel', 'shift', 'mean', 'variance'] as const) renamed.set(to[part], values.get(from[part]))
      const ones = { shape: values.get(from.scale!)!.shape, data: values.get(from.scale!)!.data.map(() => 1) }
      values.set(from.scale!, ones)
    }
    renamed.set('output.weight', { shape: [1, 2048], data: new Float32Array(2048) })
    const [plain, script] = [join(folder, 'ones.safetensors'), join(folder, 'nvidia.pt')]
    await writeSafetensors(plain, values)
    await writeTorchZip(script, renamed)
    const rows: Float32Array[] = []
    for (const file of [plain, script]) {
      const opening = openInception(await openCheckpoint(file), { preprocessing: 'antialias' })
      rows.push(await using(opening, (x) => x.extract(sliceFrames(goldenA, 1, 1, 1))))
    }
    expect(rows[1]).toEqual(rows[0])
  },
)

test('rows do not depend on the batch, and the preprocessings differ', async () => {
  const checkpoint = await openCheckpoint(official)
  const extract = (preprocessing: 'tf1' | 'pillow-bicubic', batch: number) =>
    using(openInception(checkpoint, { preprocessing, batch }), (x) => x.extract(goldenA))
  const [three, one, other] = [await extract('tf1', 3), await extract('tf1', 1), await extract('pillow-bicubic', 2)]
  expect(three.length).toBe(3 * 2048)
  three.forEach((value, i) => expect(Math.abs(value - one[i])).toBeLessThan(1e-5 * Math.max(1, value)))
  expect(Math.hypot(...other.map((value, i) => value - one[i]))).toBeGreaterThan(0.1)
})

test('another network is refused by the tensors it lacks', async () => {
  const file = join(folder, 'other.safetensors')
  await writeSafetensors(file, new Map([['features.0.weight', { shape: [1], data: new Float32Array(1) }]]))
  await expect(openInception(await openCheckpoint(file), { preprocessing: 'tf1' })).rejects.toThrow(
    /not the expected tensors: 470 missing \(Conv2d_1a_3x3\.conv\.weight/,
  )
})
