import { expect, test } from 'vitest'

import { clipVisionConfig } from '../../../src/models/clip-vision/config.ts'
import { clipVisionOperations } from '../../../src/models/clip-vision/operations.ts'
import { vitH } from './configs.ts'

test('ViT-H/14: twice the parameters of its layers for each of 257 tokens, and attention', () => {
  const config = clipVisionConfig(vitH, 'config.json')
  const layers = 32 * (4 * 1280 ** 2 + 2 * 1280 * 5120)
  const attention = 32 * 2 * 257 ** 2 * 1280
  const patches = 256 * 3 * 14 ** 2 * 1280
  expect(clipVisionOperations(config)).toBe(2 * (257 * layers + attention + patches + 1280 * 1024))
  expect(clipVisionOperations(config) / 1e12).toBeCloseTo(0.33, 2)
})
