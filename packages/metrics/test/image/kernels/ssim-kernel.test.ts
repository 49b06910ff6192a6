import { describe, expect, it } from 'vitest'
import { isRunnable } from '@kinemetric/video/instantiate'
import { createSsimKernel, ssimModule } from '../../../src/image/kernels/ssim-kernel.ts'
import { ssimSumsPlain } from '../../../src/image/ssim-plain.ts'
import { gaussianWindow, uniformWindow } from '../../../src/image/kernels/ssim-window.ts'
import { noisyClip } from '../golden-clips.ts'

describe('createSsimKernel', () => {
  // The same operations in float64 but for the order of the last sum: 1e-12 of the number of positions.
  it.each([
    [11, 11, 3],
    [12, 11, 1],
    [13, 12, 1],
    [37, 41, 3],
    [64, 96, 3],
    [40, 427, 3],
    [31, 53, 1],
  ])('agrees with the plain formula on %i x %i x %i', (height, width, channels) => {
    for (const window of [gaussianWindow(), uniformWindow(7)]) {
      const [a, b] = [1, 2].map((seed) => noisyClip([1, height, width], seed, 30 * seed).data)
      const fast = createSsimKernel(width, channels, window).sum(a, b, height)
      const plain = ssimSumsPlain(a, b, height, width, channels, window).ssim
      expect(Math.abs(fast - plain)).toBeLessThan(1e-12 * height * width * channels)
    }
  })

  it('agrees where the values are extreme: black against white, and saturated noise', () => {
    const size = 24 * 30 * 3
    const black = new Uint8Array(size)
    const white = new Uint8Array(size).fill(255)
    const noise = Uint8Array.from({ length: size }, (_, i) => ((i * 2654435761) >>> 7) & 1 && 255)
    const kernel = createSsimKernel(30, 3, gaussianWindow())
    for (const [a, b] of [
      [black, white],
      [white, white],
      [noise, white],
      [noise, black],
    ]) {
      // prettier-ignore
      const plain = ssimSumsPlain(a, b, 24, 30, 3, gaussianWindow()).ssim
      expect(Math.abs(kernel.sum(a, b, 24) - plain)).toBeLessThan(1e-9)
    }
  })

  it('can be used for taller images after shorter ones', () => {
    const kernel = createSsimKernel(48, 3, gaussianWindow())
    for (const height of [11, 400, 20]) {
      const [a, b] = [1, 2].map((seed) => noisyClip([1, height, 48], seed).data)
      expect(kernel.sum(a, b, height)).toBeCloseTo(ssimSumsPlain(a, b, height, 48, 3, gaussianWindow()).ssim, 7)
    }
  })

  it('is a valid module, the same bytes each time', () => {
    const module = ssimModule(48, 3, gaussianWindow())
    expect(isRunnable(module)).toBe(true)
    expect(ssimModule(48, 3, gaussianWindow())).toEqual(module)
  })
})
