import type { ManifestClip } from '@kinemetric/benchmark'
import { pathsOf } from '../latent/given-checkpoints.ts'
import type { Execution } from './execution.ts'
import { noteMeasuredRate, stepKey } from './measured-steps.ts'

/** Is told how long a step of a clip took, where that was seen. */
export type RateNote = (clip: ManifestClip, seconds: number | undefined) => Promise<void>

/**
 * Keeps the rate of the first clip of a run whose steps were seen, for plans of later runs. Nothing of it can end a run.
 * @returns what does nothing for a method of which nobody knows how many operations it takes
 */
export function rateNote({ method, native, searchPath, settings, device }: Execution): RateNote {
  let noted = method.native?.sees !== 'condition' || method.native.work === undefined
  return async (clip, seconds) => {
    if (noted || seconds === undefined || seconds <= 0 || method.native?.sees !== 'condition') return
    noted = true
    try {
      const workOf = await method.native.work?.()
      const [height, width] = clip.geometry.target
      const paths = await pathsOf(method.spec, { checkpoints: native.checkpoints, searchPath })
      const size = { frames: clip.window.count, height, width }
      const work = await workOf?.(paths, settings, size, native.lowMemory)
      if (work !== undefined)
        await noteMeasuredRate(stepKey(method.spec.id, device, settings, work), work.stepOperations / seconds)
    } catch {
      // Weights that were moved since: the next plan multiplies matrices.
    }
  }
}
