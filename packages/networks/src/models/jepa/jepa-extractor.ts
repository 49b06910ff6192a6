import type { FeatureExtractor } from '../../roles/feature-extractor.ts'
import { networkError } from '../../tracklets/network-error.ts'
import type { NetworkChoice } from '../../roles/network-card.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { clipInput, type ClipInput, jepaPreprocessings, type JepaPreprocessing } from './clip-input.ts'
import { tokenGrid } from './patch-rows.ts'

/** What the extractors of the family say of themselves. */
export interface JepaSays {
  readonly network: string
  readonly digest: string
  readonly preprocessing: JepaPreprocessing
  readonly dimension: number
}

export function jepaExtractor(
  says: JepaSays,
  row: (input: ClipInput) => Promise<Float32Array>,
  close: () => Promise<void>,
): FeatureExtractor {
  const finite = async (input: ClipInput): Promise<Float32Array> => {
    const values = await row(input)
    if (values.every(Number.isFinite)) return values
    throw networkError('not-finite', says.network, { expected: 'a row of finite numbers', found: 'others' })
  }
  return {
    ...says,
    rows: 'clip',
    extract: async (frames) => finite(await clipInput(says.network, frames, says.preprocessing)),
    async extractTensor({ type, data, shape }) {
      const [count, channels, frames, height, width] = shape
      if (!(data instanceof Float32Array) || shape.length !== 5 || channels !== 3)
        throw networkError('shape-mismatch', says.network, {
          expected: 'clips, float32 [N, 3, T, H, W]',
          found: `${type} [${shape.join(', ')}]`,
        })
      const size = { frames, height, width }
      tokenGrid(says.network, size)
      const clip = 3 * frames * height * width
      const rows = new Float32Array(count * says.dimension)
      // One clip a run: a clip is a thousand tokens and more.
      for (let n = 0; n < count; n++)
        rows.set(await finite({ video: data.subarray(n * clip, (n + 1) * clip), size }), n * says.dimension)
      return rows
    },
    close,
  }
}

/** Heads of attention, which a file does not say: those of the published network of its width, unless others are given. @throws KinemetricError `bad-option` */
export function jepaHeads(
  path: string,
  width: number,
  given: number | undefined,
  published: Readonly<Record<number, number>>,
): number {
  const heads = given ?? published[width]
  if (heads !== undefined && Number.isInteger(heads) && heads > 0 && width % heads === 0) return heads
  throw networkError('bad-option', path, {
    expected: `an encoder of width ${Object.keys(published).join(' or ')}, or its number of heads (--heads)`,
    found: heads === undefined ? `width ${width}` : `${heads} heads of width ${width}`,
  })
}

/** What is asked of a network of the family besides its name. @throws KinemetricError `bad-option` */
export function jepaChoice<const Pool extends string>(
  network: string,
  { preprocessing, variant, settings }: NetworkChoice,
  pools: readonly [Pool, ...Pool[]],
  usual: JepaPreprocessing,
): { preprocessing: JepaPreprocessing; pool: Pool; heads: number | undefined } {
  requireKnown(network, settings, ['heads'])
  const heads = settings?.heads
  if (heads !== undefined && typeof heads !== 'number')
    throw networkError('bad-option', network, { expected: 'heads to be a number', found: String(heads) })
  return {
    preprocessing: oneOf(network, 'preprocessing', preprocessing ?? usual, jepaPreprocessings),
    pool: oneOf(network, 'variant', variant ?? pools[0], pools),
    heads,
  }
}
