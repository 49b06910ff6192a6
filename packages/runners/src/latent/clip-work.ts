import { coshandWork, type GeneratorWork, interdynWork } from '@kinemetric/networks'
import type { Settings } from '../generator/generator.ts'

/** A clip as far as it decides what it costs. */
export interface ClipSize {
  readonly frames: number
  readonly height: number
  readonly width: number
}

/** What a sample of a clip costs. Operations are floating-point ones, two a multiply-add. */
export interface ClipWork {
  /** Of everything. */
  readonly operations: number
  /** How often the sampler says that it has done a step, and the operations between. */
  readonly steps: number
  readonly stepOperations: number
  /** Numbers in the weights of the network of the steps, and of all others together. */
  readonly stepWeights: number
  readonly otherWeights: number
  /** Bytes of one of them in the file, as released. */
  readonly fileBytes: 2 | 4
  /** Whether the weights of the steps stay in their file where memory is short. */
  readonly staysInFile: boolean
  /** Numbers in the widest map of a step, of all frames that are made at once. */
  readonly widestMap: number
  /** Numbers that a dump of a sample holds. */
  readonly dumped: number
}

/** Numbers of a picture's row, at most. */
const rowOfPicture = 1024

/** @param paths what was given or found under the words of method.json's `checkpoints` */
export type WorkOf = (
  paths: Readonly<Record<string, string | undefined>>,
  settings: Settings,
  size: ClipSize,
  lowMemory: boolean,
) => Promise<ClipWork>

export const interdynClipWork: WorkOf = async ({ svd, interdyn }, settings, { frames, ...size }, lowMemory) => {
  const work = await interdynWork({ ...(svd && { svd }), ...(interdyn && { interdyn }) }, frames, size)
  const steps = Number(settings.steps)
  const operations = work.embed + work.encode + steps * work.step + frames * work.decode
  const pixels = size.height * size.width
  // Latents have 4 numbers of 8×8 pixels; those of the picture are one frame's.
  const dumped = ((steps * frames + 1) * pixels) / 16 + frames * 3 * pixels + rowOfPicture
  const file = { fileBytes: 2, staysInFile: true } as const
  return { operations, steps, stepOperations: work.step, dumped, ...file, ...held(work, lowMemory, 1) }
}

export const coshandClipWork: WorkOf = async (paths, settings, { frames, ...size }, lowMemory) => {
  const files = { coshand: paths.coshand, config: paths['coshand-config'] }
  const work = await coshandWork(files.coshand === undefined ? {} : { ...files, coshand: files.coshand }, size)
  const made = frames - 1
  // The sampler leaves the noisiest of its steps out.
  const each = Math.ceil(1000 / Math.floor(1000 / Number(settings.steps))) - 1
  const sources = settings.rollout === 'autoregressive' ? made : 1
  const pictures = sources * (work.embed + work.encode) + frames * work.encode + made * work.decode
  const atOnce = settings.rollout === 'autoregressive' ? 1 : Math.min(made, Number(settings.framesAtOnce))
  return {
    operations: pictures + made * each * work.step,
    steps: made * each,
    stepOperations: work.step,
    // Latents after each step, and of what stands beside them three of their kind at least.
    dumped: ((made * (each + 3)) / 16 + frames * 3) * size.height * size.width + rowOfPicture * sources,
    fileBytes: 4,
    staysInFile: false,
    ...held(work, lowMemory, atOnce),
  }
}

function held({ stepWeights, otherWeights, widestMap }: GeneratorWork, lowMemory: boolean, atOnce: number) {
  return { stepWeights, otherWeights, widestMap: (atOnce * widestMap) / (lowMemory ? 2 : 1) }
}
