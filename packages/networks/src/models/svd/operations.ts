import type { SvdConfig } from './config.ts'
import { type Grid, rowsOf } from './grid.ts'
import type { Shapes } from './tensors.ts'

/**
 * Floating-point operations of one pass (a multiplication and an addition are two) through the layers of these tensors: convolutions, linear
 * layers and attention, as the graph computes them; norms and sums are not counted.
 * @param shapes of the UNet or of a branch with its encoder
 * @param grid of the latents, both halves of guidance among the samples
 */
export function svdOperations(shapes: Shapes, { levels }: SvdConfig, grid: Grid): number {
  const finest = levels.length - 1
  let products = 0
  for (const [name, shape] of Object.entries(shapes)) {
    if (!name.endsWith('.weight') || shape.length < 2) continue
    const size = shape.reduce((product, axis) => product * axis, 1)
    const [, part, number] = /^(down|up)_blocks\.(\d+)\./.exec(name) ?? []
    const block = Number(number)
    const at = part === undefined ? levelOf(name, finest) : part === 'down' ? block : finest - block
    const level = at + (name.includes('downsamplers') ? 1 : name.includes('upsamplers') ? -1 : 0)
    const own = { ...grid, height: grid.height / 2 ** level, width: grid.width / 2 ** level }
    products += size * timesOf(name, own)
    if (name.endsWith('attn1.to_q.weight')) products += attentionProducts(name, shape[0], own)
  }
  return 2 * products
}

/** Of what stands outside the blocks. */
function levelOf(name: string, coarsest: number): number {
  return name.startsWith('mid_block.') || name === 'controlnet_mid_block.weight' ? coarsest : 0
}

/** Rows that a layer is applied to. */
function timesOf(name: string, grid: Grid): number {
  // Frame positions depend on weights alone, and are computed when the session opens.
  if (name.includes('time_pos_embed')) return 0
  if (/time_emb_proj|^time_embedding|^add_embedding/.test(name)) return 1
  return name.includes('attn2') ? grid.samples : rowsOf(grid)
}

/** q kᵀ and the sum of the values, over places or over frames. */
function attentionProducts(name: string, width: number, grid: Grid): number {
  const length = name.includes('temporal_') ? grid.frames : grid.height * grid.width
  return 2 * rowsOf(grid) * length * width
}
