import type { HostTensor } from '../../session/session.ts'
import { networkError } from '../../tracklets/network-error.ts'
import type { Grid } from '../svd/grid.ts'
import { type InterdynConfig, latentScale, sizeMultipleOf } from './config.ts'

/**
 * The sizes of a step's tensors, after all of them were held against one another.
 * @throws KinemetricError `shape-mismatch` that names the tensor, and for a height or width that the levels do not divide
 */
export function checkFeeds(feeds: Readonly<Record<string, HostTensor>>, config: InterdynConfig): Grid {
  const { outChannels: channels, levels } = config.unet
  const [samples, frames, , height, width] = feeds.latents?.shape ?? []
  const scalar = { type: 'float32', shape: [] }
  const expected: Record<string, { type: string; shape: readonly (number | undefined)[] }> = {
    latents: { type: 'float32', shape: [samples, frames, channels, height, width] },
    image_latents: { type: 'float32', shape: [samples, channels, height, width] },
    context: { type: 'float32', shape: [samples, levels[0].context] },
    control: { type: 'uint8', shape: [frames, 3, latentScale * height, latentScale * width] },
    guidance: { type: 'float32', shape: [frames] },
    ...Object.fromEntries(['sigma', 'sigma_next', 'fps', 'motion_bucket', 'noise_aug'].map((name) => [name, scalar])),
    ...(feeds.control_scale === undefined ? {} : { control_scale: scalar }),
  }
  const names = new Set([...Object.keys(expected), ...Object.keys(feeds)])
  for (const name of names) {
    const [wanted, found] = [expected[name], feeds[name]].map(
      (tensor) => tensor && `${tensor.type} [${tensor.shape.join(', ')}]`,
    )
    if (wanted !== found)
      throw networkError('shape-mismatch', `InterDyn's step, ${name}`, {
        expected: wanted ?? 'no such tensor',
        found: found ?? 'none',
      })
  }
  requireSize(config, latentScale * height, latentScale * width)
  return { samples, frames, height, width }
}

/** @throws KinemetricError `shape-mismatch` for pixels that are no multiple of what the levels halve */
export function requireSize(config: InterdynConfig, height: number, width: number): void {
  const multiple = sizeMultipleOf(config)
  if (height % multiple === 0 && width % multiple === 0 && height > 0 && width > 0) return
  throw networkError('shape-mismatch', 'InterDyn', {
    expected: `a height and a width that are multiples of ${multiple}`,
    found: `${height}×${width}`,
  })
}
