import { expect, test } from 'vitest'

import { readInterdynConfig } from '../../../src/models/interdyn/config.ts'
import { stepOperations } from '../../../src/models/interdyn/operations.ts'

const config = { block_out_channels: [320, 640, 1280, 1280], num_attention_heads: [5, 10, 20, 20] }
const released = readInterdynConfig({ config, where: 'unet' }, { config, where: 'controlnet' })

// Counted layer by layer from the original modules, what a context of one token leaves idle taken off; TFLOP a step, both halves, 14 frames.
test.for([
  [256, 384, 11.95, 4.28],
  [256, 256, 7.86, 2.81],
  [320, 448, 17.75, 6.36],
])('operations of a step at %d × %d', ([height, width, unet, controlnet]) => {
  const found = stepOperations(released, { samples: 1, frames: 14, height: height / 8, width: width / 8 })
  expect(found.unet / 1e12).toBeCloseTo(unet, 1)
  expect(found.controlnet / 1e12).toBeCloseTo(controlnet, 1)
  expect((found.control / 1e12) * (98304 / (height * width))).toBeCloseTo(0.08, 2)
})
