import { expect, test } from 'vitest'

import { diffusersAutoencoderConfig } from '../../../src/models/autoencoder/config.ts'
import { decoderOperations, encoderOperations } from '../../../src/models/autoencoder/operations.ts'
import { framesJson, temporalJson } from './configs.ts'

const size = { height: 256, width: 384 }
const latents = { height: 32, width: 48 }
const full = [128, 256, 512, 512]

test('Stable Video Diffusion at 256 × 384: the counts of its layers, but for what doubled maps would take', () => {
  const video = diffusersAutoencoderConfig(temporalJson(full), 'config.json')
  expect(encoderOperations(video, size) / 1e12).toBeCloseTo(0.41, 2)
  // Three doubled maps: 3 × 3 at 4, 16 and 64 times the places of the latents.
  const doubled = 2 * 9 * 32 * 48 * (512 ** 2 * 4 + 512 ** 2 * 16 + 256 ** 2 * 64)
  const counted = decoderOperations(video, latents) + (5 / 9) * doubled
  expect((14 * counted) / 1e12).toBeCloseTo(15.9, 1)
})

test('by hand, for one level', () => {
  const config = diffusersAutoencoderConfig({ ...framesJson([32]), layers_per_block: 1 }, 'config.json')
  const places = 6
  // conv_in, three blocks of two, conv_out, quant_conv; attention's four matrices; scores and their sum.
  const products = 9 * 3 * 32 + 3 * 2 * 9 * 32 ** 2 + 9 * 32 * 8 + 8 ** 2 + 4 * 32 ** 2
  expect(encoderOperations(config, { height: 2, width: 3 })).toBe(2 * (places * products + 2 * places ** 2 * 32))
  const back = 4 ** 2 + 9 * 4 * 32 + 4 * 2 * 9 * 32 ** 2 + 9 * 32 * 3 + 4 * 32 ** 2
  expect(decoderOperations(config, { height: 2, width: 3 })).toBe(2 * (places * back + 2 * places ** 2 * 32))
})
