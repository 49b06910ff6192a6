import { type InterdynModel, type InterdynOptions, openInterdyn } from '../../../src/models/interdyn/open.ts'
import type { HostTensor } from '../../../src/session/session.ts'
import { tinyCheckpoint, tinyConfigs, tinyTensor } from './tiny.ts'

/** The tiny networks as a latent model. */
export async function tinyModel(options: InterdynOptions = {}): Promise<InterdynModel> {
  const configs = tinyConfigs()
  const part = async (name: keyof typeof configs, file: string) => ({
    config: configs[name],
    checkpoint: await tinyCheckpoint(file),
  })
  const parts = {
    unet: await part('unet', 'unet'),
    controlnet: await part('controlnet', 'controlnet'),
    vae: await part('vae', 'vae'),
    imageEncoder: await part('imageEncoder', 'image_encoder'),
  }
  return openInterdyn(parts, options)
}

export function float(data: ArrayLike<number>, shape: readonly number[]): HostTensor {
  return { type: 'float32', data: Float32Array.from(data), shape }
}

/** The feeds of the goldens' step `at` of four, from given latents, image latents and embedding. */
export async function goldenFeeds(
  at: number,
  given: { latents: HostTensor; image_latents: HostTensor; context: HostTensor },
): Promise<Record<string, HostTensor>> {
  const [sigmas, cond, guidance] = await Promise.all(
    ['sched.4.sigmas', 'fwd.cond', 'pipe.guidance'].map((name) => tinyTensor('golden', name)),
  )
  return {
    ...given,
    // −1 and 1.
    control: {
      type: 'uint8',
      data: Uint8Array.from(cond.data, (value) => (value + 1) * 127.5),
      shape: cond.shape.slice(1),
    },
    guidance,
    sigma: float([sigmas.data[at]], []),
    sigma_next: float([sigmas.data[at + 1]], []),
    fps: float([6], []),
    motion_bucket: float([40], []),
    noise_aug: float([0.02], []),
  }
}

/** The goldens' inputs of the first step: their noise as large as the schedule begins, and what stands for the picture. */
export async function firstFeeds(): Promise<Record<string, HostTensor>> {
  const [noise, start, image, embedding] = [
    await tinyTensor('golden', 'pipe.latent_noise'),
    await tinyTensor('golden', 'sched.4.init_noise_sigma'),
    await tinyTensor('golden', 'pipe.image_latents'),
    await tinyTensor('pipe', 'pipe.image_embeds'),
  ]
  return goldenFeeds(0, {
    latents: float(
      noise.data.map((value) => value * start.data[0]),
      noise.shape,
    ),
    image_latents: image,
    context: float(embedding.data, [1, embedding.data.length]),
  })
}
