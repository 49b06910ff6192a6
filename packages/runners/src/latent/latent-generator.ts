import type { LatentModel, WeightUse } from '@kinemetric/networks'
import type { FrameArray } from '@kinemetric/video'
import type { Condition } from '../generator/condition.ts'
import type { Generator, GeneratorOptions } from '../generator/generator.ts'
import { requireMultiple } from '../generator/required-frames.ts'
import { givenNoise } from '../noise/given-noise.ts'
import { ownNoise } from '../noise/noise.ts'
import { recordNoise } from '../noise/record-noise.ts'
import type { SamplerRun } from '../sampling/sampler-run.ts'
import { tensorDump } from '../sampling/tensor-dump.ts'

/** Networks that were opened, and from which files. */
export interface OpenedModel {
  readonly model: LatentModel
  readonly weights: readonly WeightUse[]
  /** What there is to say of the way in which they were opened, for the record of every sample. */
  readonly notes?: readonly string[] | undefined
}

/** Settings that decide how networks are opened. */
export interface LatentSettings {
  readonly steps: number
  readonly dtype: 'float32' | 'float16'
}

/** What differs from one sampler to the next. */
export interface LatentMethod {
  /** Its id, which its noise depends on. */
  readonly id: string
  /** Of the run: the noise of a sample depends on it and on the sample's number. */
  readonly seed: number
  /** Whether frame 0 is the one that was given. */
  readonly firstIsInput: boolean
  /** Reads the condition, refusing what does not fit, and makes frames of it. */
  readonly sample: (condition: Condition, run: SamplerRun) => Promise<FrameArray>
}

/** A generator of one clip at a time around a model of latents: draws or reads its noise, keeps what is to be dumped. */
export function latentGenerator(
  { id, seed, firstIsInput, sample }: LatentMethod,
  { model, weights, notes: opening = [] }: OpenedModel,
  options: Pick<GeneratorOptions, 'noise' | 'dump'>,
): Generator {
  return {
    concurrent: 1,
    weights,
    generate: async (condition, ask) => {
      const { clip, noiseKey, frames } = condition
      requireMultiple(condition, model.sizeMultiple)
      const source =
        options.noise === undefined
          ? ownNoise({ seed, method: id, clip: noiseKey, sample: ask.sample })
          : await givenNoise(options.noise, noiseKey, ask.sample)
      const noise = recordNoise(source)
      const dump = tensorDump(options.dump, clip, ask.sample)
      const notes = new Set(opening)
      const note = (sentence: string): unknown => notes.add(sentence)
      const onStep = ask.onStep ?? (() => undefined)
      const pixels = await sample(condition, { noise, signal: ask.signal, onStep, note, keep: dump.keep })
      await dump.write()
      return {
        frames: { pixels, fps: condition.fps ?? undefined },
        isInput: Array.from({ length: frames }, (_, t) => firstIsInput && t === 0),
        noise: { algorithm: noise.algorithm, sha256: noise.digest(), ...(noise.file && { file: noise.file }) },
        notes: [...notes],
      }
    },
    close: () => model.close(),
  }
}
