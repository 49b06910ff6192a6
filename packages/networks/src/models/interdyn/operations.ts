import type { Grid } from '../svd/grid.ts'
import { svdOperations } from '../svd/operations.ts'
import { encoderSkips, encoderTensors, svdUnetTensors } from '../svd/tensors.ts'
import { type InterdynConfig, latentScale } from './config.ts'
import { controlnetTensors } from './tensors.ts'

/**
 * Floating-point operations of one step of the sampler, by network (see `svdOperations`).
 * @param grid of the latents: the halves of guidance are counted here
 */
export function stepOperations(
  config: InterdynConfig,
  grid: Grid,
): { unet: number; controlnet: number; control: number } {
  const both = { ...grid, samples: 2 * grid.samples }
  return {
    unet: svdOperations(svdUnetTensors(config.unet), config.unet, both),
    controlnet: svdOperations(encoderTensors(config.controlnet), config.controlnet, both) + onSkips(config, both),
    control: controlOperations(config, grid),
  }
}

/** The 1×1 convolutions on the skips and on the middle. */
function onSkips({ controlnet }: InterdynConfig, { samples, frames, height, width }: Grid): number {
  const { levels } = controlnet
  const places = (level: number): number => (samples * frames * height * width) / 4 ** level
  // A level's last skip lies on the next one's grid.
  const grids = [0, ...levels.flatMap(({ layers }, at) => [...Array<number>(layers).fill(at), at + 1])].slice(0, -1)
  const skips = encoderSkips(controlnet).map((channels, at) => channels ** 2 * places(grids[at]))
  const last = levels[levels.length - 1]
  return 2 * [...skips, last.width ** 2 * places(levels.length - 1)].reduce((a, b) => a + b, 0)
}

/** The network for the control: once for all samples. */
function controlOperations({ controlnet }: InterdynConfig, { frames, height, width }: Grid): number {
  let places = frames * height * width * latentScale ** 2
  let products = 0
  for (const [name, shape] of Object.entries(controlnetTensors(controlnet))) {
    if (!name.startsWith('controlnet_cond_embedding.') || shape.length < 4) continue
    if (/blocks\.\d*[13579]\.weight$/.test(name)) places /= 4
    products += places * shape.reduce((a, b) => a * b, 1)
  }
  return 2 * products
}
