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
  /** Numbers that are in memory at once: weights, and the widest map of a step. */
  readonly weights: number
  readonly widestMap: number
}

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
  return { operations, steps, stepOperations: work.step, ...held(work, lowMemory, 1) }
}

export const coshandClipWork: WorkOf = async (paths, settings, { frames, ...size }, lowMemory) => {
  const files = { coshand: paths.coshand, config: paths['coshand-config'] }
  const work = await coshandWork(files.coshand === undefined ? {} : { ...files, coshand: files.coshand }, size)
  const made = frames - 1
  // The sampler leaves the noisiest of its steps out.
  const each = Math.ceil(1000 / Math.floor(1000 / Number(settings.steps))) - 1
  const sources = settings.rollout === 'autoregressive' ? made : 1
  const pictures = sources * (work.embed + work.encode) + frames * work.encode + made * work.decode
  const atOnce = Math.min(made, Number(settings.framesAtOnce))
  return {
    operations: pictures + made * each * work.step,
    steps: made * each,
    stepOperations: work.step,
    ...held(work, lowMemory, atOnce),
  }
}

function held({ stepWeights, otherWeights, widestMap }: GeneratorWork, lowMemory: boolean, atOnce: number) {
  return {
    weights: lowMemory ? Math.max(stepWeights, otherWeights) : stepWeights + otherWeights,
    widestMap: (atOnce * widestMap) / (lowMemory ? 2 : 1),
  }
}
