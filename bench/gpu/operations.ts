import { decoderOperations, encoderOperations } from '../../packages/networks/src/models/autoencoder/operations.ts'
import { clipVisionOperations } from '../../packages/networks/src/models/clip-vision/operations.ts'
import { stepOperations } from '../../packages/networks/src/models/interdyn/operations.ts'
import { ldmOperations } from '../../packages/networks/src/models/ldm/operations.ts'
import {
  coshandAutoencoder,
  coshandTower,
  coshandUnet,
  interdynConfig,
  svdAutoencoder,
  svdTower,
} from './drawn-models.ts'

interface Clip {
  readonly frames: number
  readonly steps: number
  readonly height: number
  readonly width: number
}

/** Operations of a clip at the released sizes, two a multiply-add. */
export function clipOperations(method: string, { frames, steps, height, width }: Clip): number {
  const latents = { height: height / 8, width: width / 8 }
  if (method === 'interdyn') {
    const { unet, controlnet, control } = stepOperations(interdynConfig, { samples: 1, frames, ...latents })
    const rest = encoderOperations(svdAutoencoder, { height, width }) + clipVisionOperations(svdTower)
    return steps * (unet + controlnet + control) + frames * decoderOperations(svdAutoencoder, latents) + rest
  }
  const encode = encoderOperations(coshandAutoencoder, { height, width })
  const made = frames - 1
  // The sampler leaves its noisiest step out. A frame's masks are encoded, and where it is fed back itself.
  const frame =
    (steps - 1) * 2 * ldmOperations(coshandUnet, latents) + decoderOperations(coshandAutoencoder, latents) + encode
  const again = method === 'coshand-autoregressive' ? made : 1
  return made * frame + encode + again * (encode + clipVisionOperations(coshandTower))
}
