import type { FeatureExtractor } from '../../roles/feature-extractor.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { clipInput, type ClipInput, type JepaPreprocessing } from './clip-input.ts'

/** What the extractors of the family say of themselves. */
export interface JepaSays {
  readonly network: string
  readonly digest: string
  readonly preprocessing: JepaPreprocessing
  readonly dimension: number
}

/** A clip's row from frames, or from the network's own input. */
export interface JepaExtractor extends FeatureExtractor {
  /** @throws KinemetricError `shape-mismatch` for sizes that make no whole tokens */
  extractInput(input: ClipInput): Promise<Float32Array>
}

export function jepaExtractor(
  says: JepaSays,
  row: (input: ClipInput) => Promise<Float32Array>,
  close: () => Promise<void>,
): JepaExtractor {
  const extractInput = async (input: ClipInput): Promise<Float32Array> => {
    const values = await row(input)
    if (values.every(Number.isFinite)) return values
    throw networkError('not-finite', says.network, { expected: 'a row of finite numbers', found: 'others' })
  }
  return {
    ...says,
    rows: 'clip',
    extract: async (frames) => extractInput(await clipInput(says.network, frames, says.preprocessing)),
    extractInput,
    close,
  }
}
