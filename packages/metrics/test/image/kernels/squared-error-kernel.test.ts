import { describe, expect, it } from 'vitest'
import { sumOfSquaredErrors, sumOfSquaredErrorsPlain } from '../../../src/image/kernels/squared-error-kernel.ts'
import { noisyClip } from '../golden-clips.ts'

describe('sumOfSquaredErrors', () => {
  it.each([1, 7, 8, 9, 65535, 65536, 65537, 200_003])('equals the plain sum exactly for %i bytes', (length) => {
    const [a, b] = [1, 2].map((seed) => noisyClip([1, 261, 256], seed, 200).data.subarray(0, length))
    expect(sumOfSquaredErrors(a, b)).toBe(sumOfSquaredErrorsPlain(a, b))
  })

  it('does not overflow on black against white', () => {
    const white = new Uint8Array(300_001).fill(255)
    expect(sumOfSquaredErrors(white, new Uint8Array(300_001))).toBe(300_001 * 255 ** 2)
    expect(sumOfSquaredErrors(new Uint8Array(300_001), white)).toBe(300_001 * 255 ** 2)
  })
})
