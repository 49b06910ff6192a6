import { expect, test } from 'vitest'
import { featureNeedKey } from '../../src/index.ts'

test('the key of kept features: network, preprocessing and variant, letter for letter', () => {
  const need = { network: 'i3d-kinetics-400', preprocessing: 'squash-half-pixel' }
  expect(featureNeedKey({ ...need, variant: 'bneps-0.001' })).toBe('i3d-kinetics-400.squash-half-pixel.bneps-0.001')
  expect(featureNeedKey(need)).toBe('i3d-kinetics-400.squash-half-pixel')
})
