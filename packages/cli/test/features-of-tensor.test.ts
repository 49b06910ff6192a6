import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatNpy, readFeatureFile } from '@kinemetric/metrics'
import { writeSafetensors } from '@kinemetric/networks'
import { beforeAll, describe, expect, test } from 'vitest'
import { formulaTensors, transformerRule } from '../../networks/test/formula-weights.ts'
import { goldenPixels, networkTensors, unlike } from '../../networks/test/models/vision-transformer/networks.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()

/** A checkpoint whose weights follow from their names. */
function write(name: string, shapes: Readonly<Record<string, readonly number[]>>): Promise<void> {
  return writeSafetensors(join(cwd, `${name}.safetensors`), formulaTensors(shapes, transformerRule))
}

beforeAll(async () => {
  await write('dinov2', networkTensors.dinov2_small)
  await write('registers', { ...networkTensors.dinov2_small, register_tokens: [1, 4, 48] })
  await write('dino', networkTensors.dino_small)
  await write('clip', networkTensors.clip_small)
  for (const [height, width] of [
    [224, 224],
    [112, 168],
    [224, 336],
    [100, 112],
  ]) {
    const { data, shape } = goldenPixels(height, width)
    if (!(data instanceof Float32Array)) throw new TypeError('pixels are floats')
    // Two of the same, so that rows can be told from numbers.
    const twice = Float32Array.from([...data, ...data])
    await writeFile(join(cwd, `${height}x${width}.npy`), formatNpy({ data: twice, shape: [2, ...shape.slice(1)] }))
  }
})

const features = (word: string, size: string, file = word) => [
  'features',
  word,
  `${size}.npy`,
  '--tensor',
  '--checkpoint',
  `${file}.safetensors`,
  '--unverified',
  '--heads',
  '3',
  '--out',
  `${word}-${size}.npy`,
]

describe('features --tensor', () => {
  test.each([
    ['dinov2', '224x224', 'dinov2_small_224x224', 'cls', 48],
    ['dinov2', '112x168', 'dinov2_small_112x168', 'cls', 48],
    ['dino', '224x336', 'dino_small_224x336', 'cls', 48],
    ['clip', '224x224', 'clip_small_224', 'embed', 40],
  ])('%s of its own input of %s: the original’s rows', async (word, size, golden, part, dimension) => {
    const { code, stdout, stderr } = await kinemetric([...features(word, size), '--json'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ rows: 2, dimension, unverified: true, out: `${word}-${size}.npy` })
    const { data, rows } = (await readFeatureFile(join(cwd, `${word}-${size}.npy`))).features
    expect(rows).toBe(2)
    for (const row of [0, 1])
      expect(unlike(Float32Array.from(data.slice(row * dimension, (row + 1) * dimension)), golden, part)).toEqual([])
  })

  test.each([
    [
      features('dinov2', '224x224', 'registers'),
      /registers\.safetensors: expected a vision transformer of DINOv2 without registers, found a vision transformer of DINOv2 with registers/,
    ],
    [
      features('dinov2', '224x224', 'dino'),
      /expected a vision transformer of DINOv2 without registers, found a vision transformer of DINO$/m,
    ],
    [
      features('dino', '224x224', 'dinov2'),
      /expected a vision transformer of DINO, found a vision transformer of DINOv2/,
    ],
    [
      features('clip', '224x224', 'dino'),
      /expected a CLIP .* as OpenAI publishes it, found a vision transformer of DINO/,
    ],
    [
      features('dinov2', '100x112'),
      /dinov2-vitl14: expected pictures whose height and width are multiples of 14, found float32 \[2, 3, 100, 112\]/,
    ],
    [features('clip', '112x168'), /clip-vitb32: expected pictures of 224×224, found float32 \[2, 3, 112, 168\]/],
    [
      features('dino', '224x224').filter((word) => !['--heads', '3'].includes(word)),
      /expected a width that is a multiple of 64, where a head has 64 numbers, found 48/,
    ],
    [features('dino', '224x224').filter((word) => word !== '--unverified'), /--unverified/],
    [['features', 'dino', '224x224.npy', '--out', 'x.npy'], /expected --tensor, the network’s own input, found videos/],
    [
      ['features', 'dinov2', '224x224.npy', '--tensor', '--out', 'x.npy'],
      /expected one of dinov2-vits14, dinov2-vitb14, dinov2-vitl14/,
    ],
  ])('refused: %j', async (args, words) => {
    expect(await refused(args, { cwd })).toMatch(words)
  })
})
