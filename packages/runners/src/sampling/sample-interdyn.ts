import type { HeldLatents, HostTensor, LatentModel } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import { decodeFrames } from './decode-frames.ts'
import type { EulerSchedule } from './euler-schedule.ts'
import { frameGuidance } from './frame-guidance.ts'
import type { SamplerRun } from './sampler-run.ts'
import { finite, floats, requireFinite, scalar } from './tensors.ts'

/** What InterDyn is told besides its pictures, by the names of its settings. */
export interface InterdynSettings {
  readonly fps: number
  readonly motionBucket: number
  readonly noiseAug: number
  readonly minGuidance: number
  readonly maxGuidance: number
  readonly controlScale: number
}

export interface InterdynInput {
  /** Frame 0, float32 [1, 3, H, W] in [−1, 1]. */
  readonly image: HostTensor
  /** A control a frame, frame 0 included: uint8 [T, 3, H, W]. */
  readonly control: HostTensor
}

/**
 * InterDyn (Akkerman et al., CVPR 2025; github.com/rickakkerman/InterDyn, interdyn/pipeline.py): the picture stands behind every frame's latents and in
 * the context, the control moves it; Euler over Karras' noise levels, guidance that grows from frame to frame.
 * Streams of noise: `image_noise` [3, H, W], `latents` [T, 4, h, w]. Kept: `image_embeds` [C], `image_latents` [4, h, w] (mean, not scaled),
 * `latents/<step>` [T, 4, h, w] after that step, `frames` [T, 3, H, W] in [0, 1].
 * @returns uint8 [T, H, W, 3]; the first frame is generated too
 * @throws KinemetricError `not-finite`, `wrong-noise`; the signal's reason
 */
export async function sampleInterdyn(
  model: LatentModel,
  { image, control }: InterdynInput,
  settings: InterdynSettings,
  { sigmas, initialScale }: EulerSchedule,
  { noise, signal, onStep, note, keep }: SamplerRun,
): Promise<FrameArray> {
  const frames = control.shape[0]
  // The row is of the clean picture, the latents are of the noisy one.
  const context = await model.embed(image)
  keep?.('image_embeds', { ...context, shape: context.shape.slice(1) })
  finite(context, "picture's row")
  const pixels = finite(image, 'picture')
  const imageNoise = await noise.draw('image_noise', image.shape.slice(1))
  const noisy = new Float32Array(pixels.length)
  for (let i = 0; i < noisy.length; i++) noisy[i] = pixels[i] + Math.fround(settings.noiseAug * imageNoise[i])
  const imageLatents = await model.encode(floats(noisy, image.shape))
  keep?.('image_latents', { ...imageLatents, shape: imageLatents.shape.slice(1) })
  finite(imageLatents, "picture's latents")

  const shape = [frames, ...imageLatents.shape.slice(1)]
  const drawn = await noise.draw('latents', shape)
  const start = floats(
    drawn.map((x) => x * initialScale),
    [1, ...shape],
  )
  const constant = {
    image_latents: imageLatents,
    context,
    control,
    guidance: floats(frameGuidance(settings.minGuidance, settings.maxGuidance, frames), [frames]),
    fps: scalar(settings.fps),
    motion_bucket: scalar(settings.motionBucket),
    noise_aug: scalar(settings.noiseAug),
    control_scale: scalar(settings.controlScale),
  }
  const steps = sigmas.length - 1
  const step = async (i: number, latents: HostTensor | HeldLatents): Promise<HeldLatents> => {
    signal.throwIfAborted()
    const sigma = { sigma: scalar(sigmas[i]), sigma_next: scalar(sigmas[i + 1]) }
    const next = await model.stepHeld({ ...constant, latents, ...sigma })
    await requireFinite(model, next, `latents after step ${i + 1} of ${steps}`)
    keep?.(`latents/${i}`, { ...(await model.readHeld(next)), shape })
    onStep(i + 1, steps)
    return next
  }
  let latents = await step(0, start)
  for (let i = 1; i < steps; i++) latents = await step(i, latents)
  signal.throwIfAborted()
  const last = { ...(await model.readHeld(latents)), shape }
  const { frames: made, unit } = await decodeFrames(model, last, keep !== undefined, note)
  if (unit !== undefined) keep?.('frames', floats(unit, [frames, ...image.shape.slice(1)]))
  return made
}
