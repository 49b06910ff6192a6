import type { NetworkChoice } from '../../roles/network-card.ts'
import { oneOf, requireKnown } from '../../roles/read-choice.ts'
import { networkError } from '../../tracklets/network-error.ts'
import type { NamedPreprocessing } from './extractor.ts'
import type { ImagePreprocessing } from './preprocess.ts'

/**
 * What is asked of a vision transformer besides its name: one of its preprocessings, the first unless another is named, and its heads where its file's width does not tell.
 * @throws KinemetricError `bad-option`
 */
export function imageChoice(
  network: string,
  { preprocessing, variant, settings }: NetworkChoice,
  known: Readonly<Record<string, ImagePreprocessing>>,
): { preprocessing: NamedPreprocessing; heads: number | undefined } {
  requireKnown(network, { variant }, [])
  requireKnown(network, settings, ['heads'])
  const names = Object.keys(known)
  const name = oneOf(network, 'preprocessing', preprocessing ?? names[0], names)
  const heads = settings?.heads
  if (heads !== undefined && typeof heads !== 'number')
    throw networkError('bad-option', network, { expected: 'heads to be a number', found: String(heads) })
  return { preprocessing: { name, ...known[name] }, heads }
}
