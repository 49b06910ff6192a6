/**
 * A distance as a function of how often each clip counts: what resampling, leaving out and sub-sampling need. Prepared once,
 * so that each evaluation costs far less than the distance itself.
 */
export interface ClipEvaluator {
  generatedClips: number
  /** 0 when the reference is statistics alone and cannot be resampled. */
  referenceClips: number
  /** Seconds that an evaluation takes on a machine of 50 GFLOP/s: decides, and the same everywhere, how many are made. */
  nominalSeconds: number
  /**
   * @param generated `[generatedClips]` how often each clip counts, whole numbers
   * @param reference `[referenceClips]`; left out: every clip once
   */
  value(generated: Float64Array, reference?: Float64Array): Promise<number>
  /**
   * The distance without each clip of a side, or of both sides at once where they have the same clips; absent where there is no closed form, and `value`
   * has to be called for each.
   */
  withoutEach?: ((side: 'generated' | 'reference' | 'both') => Float64Array) | undefined
}

/** Every clip once. */
export function ones(count: number): Float64Array {
  return new Float64Array(count).fill(1)
}
