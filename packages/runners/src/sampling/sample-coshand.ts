import type { HeldLatents, HostTensor, LatentModel } from '@kinemetric/networks'
import { contiguous, frameArray, type FrameArray } from '@kinemetric/video'
import type { DdimStep } from './ddim-schedule.ts'
import { decodeFrames, type MadeFrames } from './decode-frames.ts'
import { framesOfUnit, signedPictures, unitPictures } from './pictures.ts'
import type { SamplerRun } from './sampler-run.ts'
import { finite, floats, requireFinite, scalar } from './tensors.ts'

/** How CosHand's single pictures become a video, by the names of its settings. */
export interface CoshandSettings {
  /** From which frame the next one is made: always the first, or the one before. */
  readonly rollout: 'independent' | 'autoregressive'
  readonly guidance: number
  /** Whether a frame that was made is cut to 8 bits before the next is made of it. */
  readonly quantizeFeedback: boolean
  /** Whether all frames start from the noise of frame 1. */
  readonly sharedNoise: boolean
  /** What cross-attention sees: the picture's row, or what it saw in training, the row of no picture. */
  readonly crossAttention: 'image' | 'null'
  /** So many frames are made in one call, of an independent rollout. */
  readonly framesAtOnce: number
}

export interface CoshandInput {
  /** Frame 0, float32 [1, 3, H, W] in [−1, 1]. */
  readonly image: HostTensor
  /** The hand's mask of each frame, frame 0 included: float32 [T, 3, H, W] in [−1, 1], 1 where the hand is. */
  readonly masks: HostTensor
  /** The row of no picture, [1, C]: zeros after the projection that follows the image tower. */
  readonly nullContext: HostTensor
}

/**
 * CosHand (Sudhakar et al., ECCV 2024; github.com/SruthiSudhakar/CosHand), rolled out over a clip: frame f is made of a picture, its hand's mask and the
 * hand's mask of frame f. DDIM with η = 1; the networks' own noise is added after the last step too.
 * Streams of noise: `latents/<frame>` and `ddim/<frame>/<step>`, [4, h, w]. Kept: `context/<frame>` [1, C], `c_concat/<frame>` [12, h, w],
 * `latents/<frame>/<step>` [4, h, w] after that step, `frames` [T, 3, H, W] in [0, 1].
 * @returns uint8 [T, H, W, 3]; frame 0 is the picture that was given
 * @throws KinemetricError `not-finite`, `wrong-noise`; the signal's reason
 */
export async function sampleCoshand(
  model: LatentModel,
  { image, masks, nullContext }: CoshandInput,
  settings: CoshandSettings,
  schedule: readonly DdimStep[],
  run: SamplerRun,
): Promise<FrameArray> {
  const [frames, , height, width] = masks.shape
  // As a level of 8 bits, which cutting off brings back: a rounding below it would darken the given frame by one.
  const first = Float32Array.from(unitPictures(finite(image, 'picture')), (x) => Math.round(x * 255) / 255)
  const made: MadeFrames[] = [{ frames: framesOfUnit(first, height, width), unit: first }]
  const inFloats = settings.rollout === 'autoregressive' && !settings.quantizeFeedback
  const total = (frames - 1) * schedule.length
  const encodedMask = oncePerFrame(async (frame) => {
    run.signal.throwIfAborted()
    return model.encode(pictureOf(masks, frame))
  })
  const rowOf = (picture: HostTensor) => (settings.crossAttention === 'image' ? model.embed(picture) : nullContext)
  let from = await conditionOn(model, image, await encodedMask(0), rowOf, run)
  for (const chunk of chunksOf(frames - 1, settings.rollout === 'independent' ? settings.framesAtOnce : 1)) {
    const targets: HostTensor[] = []
    for (const frame of chunk) targets.push(await encodedMask(frame))
    const done = (chunk[0] - 1) * schedule.length
    const latents = await denoise(model, chunk, { ...from, targets }, settings, schedule, {
      ...run,
      onStep: (step) => run.onStep(done + step * chunk.length, total),
    })
    for (const z of latents) {
      run.signal.throwIfAborted()
      made.push(await decodeFrames(model, z, inFloats || run.keep !== undefined, run.note))
    }
    const last = made.length - 1
    if (settings.rollout === 'autoregressive' && last < frames - 1) {
      const picture = fedBack(made[last], settings.quantizeFeedback)
      from = await conditionOn(model, picture, await encodedMask(last), rowOf, run)
    }
  }
  run.keep?.('frames', floats(joinedData(made.flatMap(({ unit }) => unit ?? [])), masks.shape))
  return joinedFrames(made.map((one) => one.frames))
}

/** What a frame is made of: [1, 4, h, w] each, and the row for cross-attention, [1, C]. */
interface Source {
  readonly mask: HostTensor
  readonly picture: HostTensor
  readonly context: HostTensor
}

async function conditionOn(
  model: LatentModel,
  image: HostTensor,
  mask: HostTensor,
  rowOf: (picture: HostTensor) => HostTensor | Promise<HostTensor>,
  { signal }: SamplerRun,
): Promise<Source> {
  signal.throwIfAborted()
  const picture = await model.encode(image)
  const context = await rowOf(image)
  finite(context, "picture's row")
  finite(picture, "picture's latents")
  return { mask, picture, context }
}

/** @returns the latents of each frame of the chunk, [1, 4, h, w] */
async function denoise(
  model: LatentModel,
  chunk: readonly number[],
  { mask, picture, context, targets }: Source & { targets: readonly HostTensor[] },
  settings: CoshandSettings,
  schedule: readonly DdimStep[],
  { noise, signal, onStep, keep }: SamplerRun,
): Promise<HostTensor[]> {
  const [, ...shape] = picture.shape
  const numbersOf = (frame: number) => (settings.sharedNoise ? 1 : frame)
  const draw = async (nameOf: (frame: number) => string) => {
    const rows: HostTensor[] = []
    for (const frame of chunk) rows.push(floats(await noise.draw(nameOf(numbersOf(frame)), shape), [1, ...shape]))
    return stacked(rows)
  }
  // The order is the one that the network was trained with: the picture's mask, the picture, the mask that is asked for.
  const conditions = targets.map((target) => besides([mask, picture, target]))
  chunk.forEach((frame, i) => {
    keep?.(`context/${frame}`, context)
    keep?.(`c_concat/${frame}`, { ...conditions[i], shape: conditions[i].shape.slice(1) })
  })
  const constant = {
    c_concat: stacked(conditions),
    context: stacked(chunk.map(() => context)),
    guidance: scalar(settings.guidance),
  }
  let latents: HostTensor | HeldLatents = await draw((frame) => `latents/${frame}`)
  for (const [i, { t, a, aPrev, s }] of schedule.entries()) {
    signal.throwIfAborted()
    const fresh = await draw((frame) => `ddim/${frame}/${i}`)
    const numbers = { t: scalar(t), a: scalar(a), a_prev: scalar(aPrev), s: scalar(s) }
    latents = await model.stepHeld({ ...constant, ...numbers, latents, noise: fresh })
    await requireFinite(model, latents, `latents of frame ${chunk[0]} after step ${i + 1} of ${schedule.length}`)
    if (keep !== undefined) {
      const read = await model.readHeld(latents)
      chunk.forEach((frame, row) => keep(`latents/${frame}/${i}`, { ...pictureOf(read, row), shape }))
    }
    onStep(i + 1, schedule.length)
  }
  const last = 'held' in latents ? await model.readHeld(latents) : latents
  return chunk.map((_, row) => pictureOf(last, row))
}

/** A frame that was made as the next one's picture. */
function fedBack({ frames, unit }: MadeFrames, quantize: boolean): HostTensor {
  if (quantize || unit === undefined) return signedPictures(frames)
  const [, height, width] = frames.shape
  return floats(
    unit.map((x) => 2 * x - 1),
    [1, 3, height, width],
  )
}

/** Frames [1, H, W, 3] after one another. */
function joinedFrames(frames: readonly FrameArray[]): FrameArray {
  const [[, height, width]] = frames.map(({ shape }) => shape)
  const size = 3 * height * width
  const bytes = new Uint8Array(frames.length * size)
  frames.forEach((frame, t) => bytes.set(contiguous(frame).data, t * size))
  return frameArray(bytes, frames.length, height, width)
}

/** Frames 1 … count in runs of about equal length, none longer than `atOnce`: few lengths mean few graphs. */
function chunksOf(count: number, atOnce: number): number[][] {
  const chunks = Math.ceil(count / atOnce)
  const length = Math.ceil(count / chunks)
  return Array.from({ length: chunks }, (_, chunk) =>
    Array.from({ length: Math.min(length, count - chunk * length) }, (__, i) => 1 + chunk * length + i),
  ).filter((chunk) => chunk.length > 0)
}

/** Row n of [N, …], as [1, …]. */
function pictureOf(tensor: HostTensor, n: number): HostTensor {
  const data = finite(tensor, 'pictures')
  const size = data.length / tensor.shape[0]
  return floats(data.subarray(n * size, (n + 1) * size), [1, ...tensor.shape.slice(1)])
}

/** [1, …] after one another: [N, …]. */
function stacked(rows: readonly HostTensor[]): HostTensor {
  return floats(joined(rows), [rows.length, ...rows[0].shape.slice(1)])
}

/** [1, 4, h, w] side by side: [1, 12, h, w] of three. */
function besides(parts: readonly HostTensor[]): HostTensor {
  const [, , ...size] = parts[0].shape
  return floats(joined(parts), [1, parts.reduce((channels, { shape }) => channels + shape[1], 0), ...size])
}

function joined(parts: readonly HostTensor[]): Float32Array {
  return joinedData(parts.map((part) => finite(part, 'latents')))
}

function joinedData(parts: readonly Float32Array[]): Float32Array {
  const data = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    data.set(part, at)
    at += part.length
  }
  return data
}

/** Masks are encoded when they are first needed, and once. */
function oncePerFrame<T>(make: (frame: number) => Promise<T>): (frame: number) => Promise<T> {
  const made = new Map<number, Promise<T>>()
  return (frame) => {
    const there = made.get(frame) ?? make(frame)
    made.set(frame, there)
    return there
  }
}
