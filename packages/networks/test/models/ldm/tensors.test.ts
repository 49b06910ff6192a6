import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { readLdmUnetConfig } from '../../../src/models/ldm/config.ts'
import { isDeadTensor, ldmTensors } from '../../../src/models/ldm/tensors.ts'
import { ldmTensorName } from '../../../src/models/ldm/weights.ts'
import { releaseUnet } from '../coshand/release-config.ts'

const list = ['spec', 'tensors', 'coshand_unet.json'] as const
const shapes = ldmTensors(readLdmUnetConfig(releaseUnet, 'config'))
const elements = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + shapes[name].reduce((product, size) => product * size, 1), 0)

test.skipIf(!hasShared(...list))(
  'from the released config follow the names and shapes of the released checkpoint',
  () => {
    const expected: Record<string, number[]> = JSON.parse(readFileSync(sharedPath(...list), 'utf8'))
    const found = Object.entries(shapes).map(([name, shape]) => [ldmTensorName(name, 'raw'), shape])
    expect(Object.fromEntries(found)).toEqual(expected)
  },
)

test('the parameters are those of Stable Diffusion with sixteen input channels', () => {
  expect(Object.keys(shapes)).toHaveLength(686)
  expect(elements(Object.keys(shapes))).toBe(859_520_964 + 12 * 320 * 9)
})

test('queries and keys to a single token are dead', () => {
  const dead = Object.keys(shapes).filter(isDeadTensor)
  // Sixteen transformers: a query, a key and a norm of two tensors each.
  expect(dead).toHaveLength(64)
  expect(elements(dead)).toBe(5 * (320 ** 2 + 640 ** 2) + 6 * 1280 ** 2 + (768 + 2) * (5 * (320 + 640) + 6 * 1280))
})

test('moving averages are named without dots', () => {
  expect(ldmTensorName('input_blocks.0.0.weight', 'ema')).toBe('model_ema.diffusion_modelinput_blocks00weight')
  expect(ldmTensorName('input_blocks.0.0.weight', 'raw')).toBe('model.diffusion_model.input_blocks.0.0.weight')
})
