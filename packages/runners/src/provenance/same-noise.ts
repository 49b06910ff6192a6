import { hashFile } from '@kinemetric/files'
import { z } from 'zod'
import { runnerError } from '../generator/runner-error.ts'
import { givenAlgorithm, givenNoisePath } from '../noise/given-noise.ts'
import { noiseAlgorithm } from '../noise/noise.ts'
import type { SampleThere } from './samples-there.ts'

/** Where a run has its noise from. */
export interface RunNoise {
  /** A folder of noise that was given; undefined: our own. */
  readonly folder: string | undefined
  /** The clip whose noise a clip has. */
  readonly keyOf: (clip: string) => string
}

/** How a run's noise is called in run.json and item.json. */
export function algorithmOf({ folder }: Pick<RunNoise, 'folder'>): string {
  return folder === undefined ? noiseAlgorithm : givenAlgorithm
}

const drawnSchema = z.looseObject({ noise: z.looseObject({ algorithm: z.string(), file: z.string().optional() }) })

/**
 * Holds the samples that are there against the noise with which a run is to go on: our own or given, and of what was given the files. Of samples of earlier versions,
 * which name no file, the former alone is known.
 * @throws KinemetricError `bad-output-folder` where one was made with other noise
 */
export async function requireSameNoise(out: string, there: readonly SampleThere[], noise: RunNoise): Promise<void> {
  for (const { clip, sample, item } of there) {
    const drawn = drawnSchema.safeParse(item).data?.noise
    if (drawn === undefined) continue
    const now = algorithmOf(noise)
    if (drawn.algorithm !== now) throw otherNoise(out, clip, sample, wordsOf(drawn.algorithm), wordsOf(now))
    if (noise.folder === undefined || drawn.file === undefined) continue
    const path = givenNoisePath(noise.folder, noise.keyOf(clip), sample)
    const found = await hashFile(path).catch(() => undefined)
    if (found !== drawn.file)
      throw otherNoise(out, clip, sample, `given, sha256 ${drawn.file.slice(0, 8)}…`, `${path}, ${hashWords(found)}`)
  }
}

function wordsOf(algorithm: string): string {
  return algorithm === givenAlgorithm ? 'given with --noise' : `our own, ${algorithm}`
}

function hashWords(sha256: string | undefined): string {
  return sha256 === undefined ? 'which cannot be read' : `sha256 ${sha256.slice(0, 8)}…`
}

function otherNoise(out: string, clip: string, sample: number, before: string, found: string) {
  return runnerError('bad-output-folder', out, {
    expected: `the run of the same noise to go on with (${clip}, sample ${sample}: ${before})`,
    found,
    then: 'choose another folder or remove this one',
  })
}
