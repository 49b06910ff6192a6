import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeSafetensors } from '../../../src/checkpoints/formats/write-safetensors.ts'
import { openCheckpoint } from '../../../src/checkpoints/open-checkpoint.ts'
import type { Checkpoint } from '../../../src/checkpoints/tensors/tensor-reference.ts'
import type { TensorValues } from '../../../src/checkpoints/tensors/tensor-values.ts'
import { type Grid, sinCosPositions } from '../../../src/models/vjepa/positions.ts'
import { vjepaPoolerTensors, vjepaTensors } from '../../../src/models/vjepa/tensors.ts'
import type { HostTensor } from '../../../src/session/session.ts'
import { formulaTensors, transformerRule } from '../../formula-weights.ts'

interface Summary {
  mean: number
  l2: number
  first: number[]
  last: number[]
  values?: number[]
}

type Golden = Record<string, Record<string, Summary> & { values?: number[]; row_37?: number[] } & Summary>

const { tolerance, expected }: { tolerance: { value: number; l2: number }; expected: Golden } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'goldens', 'jepa-networks.json'), 'utf8'),
)
export { expected as goldens }

type Shapes = Record<string, readonly number[]>
type Tensors = Map<string, TensorValues>

/** Names with something before them. */
export function below(prefix: string, shapes: Shapes): Shapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [prefix + name, shape]))
}

/** V-JEPA's encoder whose weights follow from their names and whose positions are its table. */
export function vjepaWeights(width: number, blocks: number, grid: Grid): Tensors {
  const tokens = grid[0] * grid[1] * grid[2]
  const { pos_embed: positions, ...learnt } = vjepaTensors(width, blocks, tokens)
  return new Map([
    ['pos_embed', { shape: positions, data: sinCosPositions(grid, width) }],
    ...formulaTensors(learnt, transformerRule),
  ])
}

/** Its probe, as its file names it. */
export function probeWeights(width: number): Tensors {
  return formulaTensors(below('module.pooler.', vjepaPoolerTensors(width, true)), transformerRule)
}

/** Tensors under other names. */
export function renamed(tensors: Tensors, rename: (name: string) => string): Tensors {
  return new Map([...tensors].map(([name, values]) => [rename(name), values]))
}

export async function written(folder: string, name: string, tensors: Tensors): Promise<Checkpoint> {
  const file = join(folder, `${name}.safetensors`)
  await writeSafetensors(file, tensors)
  return openCheckpoint(file)
}

/** The clip that goldens are of: sin(.05x + .03y + .4t + .8c). */
export function goldenClip(frames: number, height: number, width: number): HostTensor {
  const data = new Float32Array(3 * frames * height * width)
  for (let at = 0, c = 0; c < 3; c++)
    for (let t = 0; t < frames; t++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) data[at++] = Math.sin(0.05 * x + 0.03 * y + 0.4 * t + 0.8 * c)
  return { type: 'float32', data, shape: [1, 3, frames, height, width] }
}

/** What is wrong with numbers beside their golden: nothing where they are within the tolerances. */
export function unlike(found: Float32Array, { l2, first, last, values = [] }: Summary): string[] {
  const pairs = [
    ...first.map((value, i) => [value, found[i]]),
    ...last.map((value, i) => [value, found[found.length - last.length + i]]),
    ...values.map((value, i) => [value, found[i]]),
  ]
  const length = Math.sqrt(found.reduce((sum, value) => sum + value * value, 0))
  return [
    ...pairs.filter(([a, b]) => !(Math.abs(a - b) <= tolerance.value)).map(([a, b]) => `expected ${a}, found ${b}`),
    ...(Math.abs(length / l2 - 1) <= tolerance.l2 ? [] : [`expected length ${l2}, found ${length}`]),
  ]
}
