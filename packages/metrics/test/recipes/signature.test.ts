import { describe, expect, it } from 'vitest'
import { findMetric, parseSignature, psnrSpec, signature, ssimSpec } from '@kinemetric/metrics'

describe('signature', () => {
  it('spells out everything that changes the number, in a fixed order', () => {
    expect(signature(ssimSpec, 'gaussian-valid', { size: '256x384', frames: '1-13' })).toBe(
      'ssim|recipe:gaussian-valid|window:gaussian-11-sigma-1.5|covariance:population|border:valid|colour:rgb-channels|' +
        'peak:255|k1:0.01|k2:0.03|mean:map-then-frames-then-clips|frames:1-13|size:256x384|v:1',
    )
  })

  it('does not depend on the order in which the extras are given, nor on those left out', () => {
    const one = signature(psnrSpec, 'pooled', { frames: '1-13', size: '2x2', weights: undefined })
    expect(signature(psnrSpec, 'pooled', { size: '2x2', frames: '1-13' })).toBe(one)
  })

  it('differs for every two recipes of an image metric in more than the recipe’s name', () => {
    const bodies = ['psnr', 'ssim', 'lpips']
      .map(findMetric)
      .flatMap((metric) => metric.recipes.map(({ id }) => signature(metric, id).replace(`|recipe:${id}|`, '|')))
    expect(new Set(bodies).size).toBe(bodies.length)
  })

  it('is read back part by part', () => {
    const parts = parseSignature(signature(psnrSpec, 'frame-mean', { size: '64x96' }))
    expect(parts).toMatchObject({ metric: 'psnr', recipe: 'frame-mean', identical: '100dB', size: '64x96', v: '1' })
    expect(() => parseSignature('psnr|nonsense')).toThrow("expected key:value parts, found 'nonsense'")
  })

  it('refuses what would make it ambiguous', () => {
    expect(() => signature(psnrSpec, 'pooled', { size: '2|v:2' })).toThrow("found 'size' and '2|v:2'")
    expect(() => signature(psnrSpec, 'pooled', { 'a b': 1 })).toThrow("found 'a b'")
    expect(() => signature(psnrSpec, 'pooled', { peak: 1 })).toThrow("'peak' is set by the recipe 'pooled' already")
    expect(() => signature(psnrSpec, 'mean')).toThrow("found 'mean'")
  })
})
