import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { psnr, ssim } from '@kinemetric/metrics'
import { hashFrames } from '@kinemetric/video'
import { hasShared } from '../../../../test/shared.ts'
import { realClip, type Counterfeit } from './real-clips.ts'

interface Golden {
  tolerance: number
  clips: {
    id: string
    counterfeit: Counterfeit
    hashes: [generated: string, reference: string]
    psnr: number[]
    'gaussian-valid': number[]
    'uniform-7': number[]
  }[]
}

// Origin, tolerance and its reason stand in the file; written by goldens/write-image-scikit.ts.
const golden: Golden = JSON.parse(readFileSync(new URL('../goldens/image-scikit.json', import.meta.url), 'utf8'))

function near(found: Float64Array, values: number[]): void {
  expect(found).toHaveLength(values.length)
  found.forEach((value, t) => expect(Math.abs(value - values[t])).toBeLessThan(golden.tolerance))
}

describe.skipIf(!hasShared('data', 'interdyn-examples'))('scikit-image on real clips', () => {
  it.each(golden.clips)('agrees with psnr and ssim: clip $id, $counterfeit', async (wanted) => {
    const { generated, reference } = await realClip(wanted.id, wanted.counterfeit)
    // Otherwise the decoder or the resize gives other frames than those that scikit-image was given.
    expect([hashFrames(generated), hashFrames(reference)]).toEqual(wanted.hashes)
    near(psnr(generated, reference, { recipe: 'frame-mean-inf' }), wanted.psnr)
    near(ssim(generated, reference, { recipe: 'gaussian-valid' }), wanted['gaussian-valid'])
    near(ssim(generated, reference, { recipe: 'uniform-7' }), wanted['uniform-7'])
  })
})
