// What stands before and behind a video generator's steps, at full size: Stable Video Diffusion's autoencoder and CLIP ViT-H/14. Drawn weights.
// KINEMETRIC_BENCH_PARTS=decoder,encoder,tower, KINEMETRIC_BENCH_SIZE=128x192 and KINEMETRIC_BENCH_FRAMES=14 change what is run;
// KINEMETRIC_BENCH_PROFILE=<prefix> writes onnxruntime's times.
import type { HostTensor } from '../packages/networks/src/index.ts'
import { diffusersAutoencoder } from '../packages/networks/src/models/autoencoder/autoencoder.ts'
import { diffusersAutoencoderConfig } from '../packages/networks/src/models/autoencoder/config.ts'
import { openDecoder, openEncoder } from '../packages/networks/src/models/autoencoder/open.ts'
import { decoderOperations, encoderOperations } from '../packages/networks/src/models/autoencoder/operations.ts'
import { decoderTensors, encoderTensors } from '../packages/networks/src/models/autoencoder/tensors.ts'
import { clipVisionConfig } from '../packages/networks/src/models/clip-vision/config.ts'
import { openImageEmbedder } from '../packages/networks/src/models/clip-vision/open.ts'
import { clipVisionOperations } from '../packages/networks/src/models/clip-vision/operations.ts'
import { huggingFaceTensors } from '../packages/networks/src/models/clip-vision/tensors.ts'
import { huggingFaceTower } from '../packages/networks/src/models/clip-vision/tower.ts'
import { temporalJson } from '../packages/networks/test/models/autoencoder/configs.ts'
import { vitH } from '../packages/networks/test/models/clip-vision/configs.ts'
import { drawnCheckpoint } from './networks/drawn-weights.ts'
import { measureStep, type Step } from './networks/full-size.ts'

const pixels = process.env.KINEMETRIC_BENCH_SIZE ?? '128x192'
const [height, width] = pixels.split('x').map(Number)
const frames = Number(process.env.KINEMETRIC_BENCH_FRAMES ?? 14)
const profilePrefix = process.env.KINEMETRIC_BENCH_PROFILE
const json = temporalJson([128, 256, 512, 512])
const config = diffusersAutoencoderConfig(json, 'config.json')
const tower = clipVisionConfig(vitH, 'config.json')
const latent = { height: height / 8, width: width / 8 }

async function autoencoder() {
  const shapes = { ...encoderTensors(config), ...decoderTensors(config) }
  return diffusersAutoencoder(await drawnCheckpoint('svd-vae', shapes, 'F16'), json)
}

const parts: Record<string, Step> = {
  decoder: {
    name: 'SVD’s decoder',
    workload: `${frames} frames of ${pixels} in one call, float32`,
    operations: frames * decoderOperations(config, latent),
    async open(session) {
      const decoder = await openDecoder(await autoencoder(), { ...session, profilePrefix })
      const latents = drawn(frames, config.latents, latent.height, latent.width)
      return readyAfterOne(
        () => decoder.run(latents),
        () => decoder.close(),
      )
    },
  },
  encoder: {
    name: 'SVD’s encoder',
    workload: `a picture of ${pixels}, float32`,
    operations: encoderOperations(config, { height, width }),
    async open(session) {
      const encoder = await openEncoder(await autoencoder(), { ...session, profilePrefix })
      const picture = drawn(1, 3, height, width)
      return readyAfterOne(
        () => encoder.run(picture),
        () => encoder.close(),
      )
    },
  },
  tower: {
    name: 'CLIP ViT-H/14',
    workload: `a picture of ${pixels}, float32`,
    operations: clipVisionOperations(tower),
    async open(session) {
      const checkpoint = await drawnCheckpoint('clip-vit-h', huggingFaceTensors(tower), 'F16')
      const how = { ...session, profilePrefix, resize: 'diffusers-antialias' } as const
      const embedder = await openImageEmbedder(huggingFaceTower(checkpoint, vitH), how)
      const picture = drawn(1, 3, height, width)
      return readyAfterOne(
        () => embedder.run(picture),
        () => embedder.close(),
      )
    },
  },
}

/** What is measured counts a first run to opening: memory is asked for then. */
async function readyAfterOne(step: () => Promise<unknown>, close: () => Promise<void>) {
  await step()
  return { step, close }
}

function drawn(...shape: readonly number[]): HostTensor {
  const count = shape.reduce((product, size) => product * size, 1)
  return { type: 'float32', data: Float32Array.from({ length: count }, (_, i) => Math.sin(i)), shape }
}

for (const part of process.env.KINEMETRIC_BENCH_PARTS?.split(',') ?? Object.keys(parts)) {
  // Each way of a part is a process of its own, which looks here.
  process.env.KINEMETRIC_BENCH_PARTS = part
  await measureStep(parts[part])
}
