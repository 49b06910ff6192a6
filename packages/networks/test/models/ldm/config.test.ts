import { expect, test } from 'vitest'

import { headsOf, latentMultiple, readLdmUnetConfig } from '../../../src/models/ldm/config.ts'
import { releaseUnet } from '../coshand/release-config.ts'

const without = (key: keyof typeof releaseUnet): unknown => ({ ...releaseUnet, [key]: undefined })

test('heads are counted, or have a width', () => {
  const counted = readLdmUnetConfig(releaseUnet, 'config')
  expect([320, 640, 1280].map((channels) => headsOf(counted, channels))).toEqual([8, 8, 8])
  const wide = readLdmUnetConfig({ ...releaseUnet, num_heads: -1, num_head_channels: 64 }, 'config')
  expect([320, 640, 1280].map((channels) => headsOf(wide, channels))).toEqual([5, 10, 20])
  expect(latentMultiple(counted)).toBe(8)
})

test.each([
  ['a missing value', without('context_dim'), /context_dim/],
  ['an argument that is not known', { ...releaseUnet, use_linear_in_transformer: true }, /use_linear_in_transformer/],
  ['attention without transformers', { ...releaseUnet, use_spatial_transformer: false }, /use_spatial_transformer/],
  ['class labels', { ...releaseUnet, num_classes: 10 }, /num_classes/],
  ['text where a number is', { ...releaseUnet, in_channels: '${channels}' }, /in_channels/],
  ['channels that no group norm of 32 groups takes', { ...releaseUnet, model_channels: 100 }, /model_channels/],
  ['no heads', without('num_heads'), /expected one of num_heads and num_head_channels, found neither/],
  ['both', { ...releaseUnet, num_head_channels: 64 }, /found both/],
  [
    'heads that do not divide the channels',
    { ...releaseUnet, num_heads: 7 },
    /num_head_channels 7\), found 320 channels/,
  ],
])('%s is refused', (_, params, message) => {
  expect(() => readLdmUnetConfig(params, 'coshand.yaml')).toThrow(message)
})
