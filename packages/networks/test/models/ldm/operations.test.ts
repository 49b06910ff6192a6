import { expect, test } from 'vitest'

import { readLdmUnetConfig } from '../../../src/models/ldm/config.ts'
import { ldmOperations } from '../../../src/models/ldm/operations.ts'
import { releaseUnet } from '../coshand/release-config.ts'

const config = readLdmUnetConfig(releaseUnet, 'config')

test('both halves of guidance at 256×256 take a third of a TFLOP', () => {
  expect((2 * ldmOperations(config, { height: 32, width: 32 })) / 1e12).toBeCloseTo(0.34, 2)
})

test('attention alone grows faster than the area', () => {
  const [small, large] = [16, 32].map((side) => ldmOperations(config, { height: side, width: side }))
  expect(large / small).toBeGreaterThan(4)
  expect(large / small).toBeLessThan(4.5)
})

test('a layer by hand: one level, one block, no transformer but the middle one', () => {
  const tiny = readLdmUnetConfig(
    {
      ...releaseUnet,
      in_channels: 3,
      out_channels: 2,
      model_channels: 32,
      attention_resolutions: [],
      num_res_blocks: 1,
      channel_mult: [1],
      context_dim: 5,
    },
    'config',
  )
  const [c, area] = [32, 6]
  const residual = 2 * 9 * c * c * area + 4 * c * c
  const wider = 9 * 2 * c * c * area + 9 * c * c * area + 2 * c * c * area + 4 * c * c
  const transformer = 18 * c * c * area + 2 * c * area ** 2 + (5 + c) * c
  const ends = 20 * c * c + 9 * 3 * c * area + 9 * c * 2 * area
  // Input: one block; middle: two and a transformer; output: two with a skip connection each.
  expect(ldmOperations(tiny, { height: 2, width: 3 })).toBe(2 * (ends + 3 * residual + transformer + 2 * wider))
})
