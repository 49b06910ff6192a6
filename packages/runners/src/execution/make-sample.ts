import type { ManifestClip } from '@kinemetric/benchmark'
import { isError } from '@kinemetric/files'
import type { GenerateAsk, Generation } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'
import type { ClipGenerator } from './clip-generator.ts'
import type { WantedSample } from './execution.ts'
import { stepClock } from './measured-steps.ts'
import { writeFailedSample, writeSample } from './sample.ts'

/** A sample that is made and not yet written, and how long it and its steps took; or why there is none. */
export type Made =
  | { readonly generation: Generation; readonly wallMs: number; readonly stepSeconds: number | undefined }
  | { readonly error: unknown }

interface Making {
  readonly signal: AbortSignal
  readonly onStep?: ((done: number, total: number) => void) | undefined
}

/** @param generate what was made ready of it @throws what ends a run */
export async function makeSample(
  generate: ReturnType<ClipGenerator['ready']>,
  { clip, sample }: WantedSample,
  { signal, onStep }: Making,
): Promise<Made> {
  const begun = performance.now()
  try {
    const clock = stepClock()
    const steps = (done: number, total: number) => {
      clock.tick(done)
      onStep?.(done, total)
    }
    const generation = await generate({ ...askOf(sample), signal, onStep: steps })
    requireWanted(generation, clip)
    return { generation, wallMs: performance.now() - begun, stepSeconds: clock.seconds() }
  } catch (error) {
    signal.throwIfAborted()
    if (endsRun(error)) throw error
    return { error }
  }
}

interface Keeping extends Pick<ClipGenerator, 'weights'> {
  readonly out: string
  readonly preview: boolean
  readonly signal: AbortSignal
}

/** Writes a sample, or why there is none. @returns that, undefined where there is one @throws what ends a run */
export async function keepSample(
  made: Made,
  { clip, sample }: WantedSample,
  { out, weights, preview, signal }: Keeping,
): Promise<string | undefined> {
  if ('error' in made) return writeFailedSample(out, clip.id, made.error, sample)
  try {
    await writeSample(out, clip.id, made.generation, { ...askOf(sample), wallMs: made.wallMs, weights, preview })
    return undefined
  } catch (error) {
    signal.throwIfAborted()
    if (endsRun(error)) throw error
    return writeFailedSample(out, clip.id, error, sample)
  }
}

/** A sample is named by its seed: 0 is what every protocol asks for. */
function askOf(sample: number): Pick<GenerateAsk, 'seed' | 'sample'> {
  return { seed: sample, sample }
}

function endsRun(error: unknown): boolean {
  return isError(error) && ['disk', 'missing', 'conflict', 'stopped'].includes(error.kind)
}

/** @throws KinemetricError `wrong-output` */
function requireWanted({ frames, isInput }: Generation, { window, geometry }: ManifestClip): void {
  const wanted = `${window.count} frames of ${geometry.target.join('×')} (height × width)`
  const [count, height, width] = frames.pixels.shape
  const found = `${count} of ${height}×${width}`
  if (count !== window.count || height !== geometry.target[0] || width !== geometry.target[1])
    throw runnerError('wrong-output', '', { expected: wanted, found })
  if (isInput.length !== count)
    throw runnerError('wrong-output', '', { expected: `a word on each of ${count} frames`, found: `${isInput.length}` })
}
