import { join } from 'node:path'
import { readRawJson } from '@kinemetric/files'
import { z } from 'zod'
import { writeSafetensors } from '../../../src/checkpoints/formats/write-safetensors.ts'
import { openCheckpoint } from '../../../src/checkpoints/open-checkpoint.ts'
import type { Checkpoint } from '../../../src/checkpoints/tensors/tensor-reference.ts'
import { openaiTensors } from '../../../src/models/clip-vision/tensors.ts'
import { dinoTensors } from '../../../src/models/dino/checkpoint.ts'
import type { HostTensor } from '../../../src/session/session.ts'
import { formulaTensors, transformerRule } from '../../formula-weights.ts'

const summary = z.object({
  l2: z.number(),
  first: z.array(z.number()),
  last: z.array(z.number()),
  values: z.array(z.number()).optional(),
})
const golden = z.object({
  tolerance: z.object({ value: z.number(), l2: z.number() }),
  expected: z.record(z.string(), z.record(z.string(), z.union([summary, z.array(z.number())]))),
})

const { tolerance, expected } = golden.parse(
  await readRawJson(join(import.meta.dirname, 'goldens', 'image-networks.json')),
)

/** The tensors of the networks that goldens are of: small ones, and one block of the real widths. */
export const networkTensors = {
  dinov2_small: dinoTensors({ width: 48, blocks: 3, mlp: 192, patch: 14, grid: 37 }, 'dinov2'),
  dinov2_L_width_1_block: dinoTensors({ width: 1024, blocks: 1, mlp: 4096, patch: 14, grid: 37 }, 'dinov2'),
  dino_small: dinoTensors({ width: 48, blocks: 2, mlp: 192, patch: 16, grid: 14 }, 'dino'),
  dino_B_width_1_block: dinoTensors({ width: 768, blocks: 1, mlp: 3072, patch: 16, grid: 14 }, 'dino'),
  clip_small: clip({ hidden: 96, layers: 2, mlp: 384, projection: 40 }),
  clip_B32_width_1_block: clip({ hidden: 768, layers: 1, mlp: 3072, projection: 512 }),
} as const

/** A checkpoint of one of them whose weights follow from their names, written into a folder. */
export async function formulaCheckpoint(folder: string, name: keyof typeof networkTensors): Promise<Checkpoint> {
  const file = join(folder, `${name}.safetensors`)
  await writeSafetensors(file, formulaTensors(networkTensors[name], transformerRule))
  return openCheckpoint(file)
}

/** The pixels that goldens are of: sin(.05x + .03y + .8c). */
export function goldenPixels(height: number, width: number): HostTensor {
  const data = Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width]
    return Math.sin(0.05 * x + 0.03 * y + 0.8 * c)
  })
  return { type: 'float32', data, shape: [1, 3, height, width] }
}

/** What is wrong with a row beside its golden: nothing where it is within the tolerances. */
export function unlike(row: Float32Array, name: string, part: string): string[] {
  const found = expected[name][part]
  if (Array.isArray(found)) return ['no summary']
  const { l2, first, last, values } = found
  const pairs = [
    ...first.map((value, i) => [value, row[i]] as const),
    ...last.map((value, i) => [value, row[row.length - last.length + i]] as const),
    ...(values ?? []).map((value, i) => [value, row[i]] as const),
  ]
  const far = pairs.filter(([value, found]) => !(Math.abs(value - found) <= tolerance.value))
  const length = Math.hypot(...row)
  return [
    ...far.map(([value, found]) => `expected ${value}, found ${found}`),
    ...(Math.abs(length / l2 - 1) <= tolerance.l2 ? [] : [`expected length ${l2}, found ${length}`]),
    ...(values === undefined || values.length === row.length ? [] : [`expected ${values.length} numbers`]),
  ]
}

/** Lists of numbers among the goldens. */
export function goldenList(name: string, part: string): readonly number[] {
  const found = expected[name][part]
  return Array.isArray(found) ? found : []
}

function clip(config: { hidden: number; layers: number; mlp: number; projection: number }) {
  const shapes = openaiTensors({
    ...config,
    patch: 32,
    image: 224,
    heads: 1,
    activation: 'quick_gelu',
    epsilon: 1e-5,
    projectionLayout: 'in-out',
  })
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`visual.${name}`, shape]))
}
