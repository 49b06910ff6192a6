import type { HostTensor, LatentModel } from '@kinemetric/networks'
import { frameArray, type FrameArray } from '@kinemetric/video'
import { framesOfUnit, unitPictures } from './pictures.ts'
import type { SamplerRun } from './sampler-run.ts'
import { finite } from './tensors.ts'

/** Frames that were decoded: 8 bits, and where they were asked for the float32 numbers in [0, 1], [T, 3, H, W], that these were cut from. */
export interface MadeFrames {
  readonly frames: FrameArray
  readonly unit: Float32Array | undefined
}

/**
 * Frames of the sampler's last latents.
 * @param latents [T, 4, h, w] as the sampler has them: what the scaling factor makes of them is decoded
 * @param exact whether float32 is wanted beside 8 bits, for which four times as much crosses from the networks' process
 * @throws KinemetricError `not-finite`
 */
export async function decodeFrames(
  model: LatentModel,
  latents: HostTensor,
  exact: boolean,
  note: SamplerRun['note'],
): Promise<MadeFrames> {
  const scaled = { ...latents, data: finite(latents, 'latents').map((x) => x / model.scalingFactor) }
  const decoded = exact ? await model.decode(scaled) : await model.decodeBytes(scaled)
  decoded.notes?.forEach(note)
  if (!exact) return { frames: bytesOf(decoded), unit: undefined }
  const [, , height, width] = decoded.shape
  const unit = unitPictures(finite(decoded, 'frames'))
  return { frames: framesOfUnit(unit, height, width), unit }
}

function bytesOf({ data, shape: [count, height, width] }: HostTensor): FrameArray {
  if (data instanceof Uint8Array) return frameArray(data, count, height, width)
  throw new TypeError('expected frames of 8 bits')
}
