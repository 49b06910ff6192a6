import { networkError } from '../../tracklets/network-error.ts'

/**
 * Heads of a vision transformer, which its file does not say: one for every 64 numbers, as those that are published have it, unless others are given.
 * @param path the checkpoint's, for errors
 * @throws KinemetricError `bad-option` where they do not divide the width, or cannot be told
 */
export function transformerHeads(path: string, width: number, given: number | undefined): number {
  const heads = given ?? width / 64
  if (Number.isInteger(heads) && heads > 0 && width % heads === 0) return heads
  throw networkError('bad-option', path, {
    expected:
      given === undefined
        ? 'a width that is a multiple of 64, where a head has 64 numbers'
        : `a number of heads that divides ${width}`,
    found: given === undefined ? `${width}` : String(given),
    then: 'the setting heads (--heads) says how many there are; the file does not',
  })
}
