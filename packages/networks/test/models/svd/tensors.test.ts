import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { hasShared, sharedPath } from '../../../../../test/shared.ts'
import { readInterdynConfig } from '../../../src/models/interdyn/config.ts'
import { controlnetTensors } from '../../../src/models/interdyn/tensors.ts'
import { isIdle, type Shapes, svdUnetTensors } from '../../../src/models/svd/tensors.ts'

const config = { block_out_channels: [320, 640, 1280, 1280], num_attention_heads: [5, 10, 20, 20] }
const { unet, controlnet } = readInterdynConfig({ config, where: 'unet' }, { config, where: 'controlnet' })

describe.skipIf(!hasShared('spec', 'tensors', 'svd_unet.json'))('the released files hold', () => {
  test.for([
    ['svd_unet.json', svdUnetTensors(unet), 1428, 50.4],
    ['interdyn_controlnet.json', controlnetTensors(controlnet), 671, 23.7],
  ] as const)('what is read, and what a context of one token leaves idle: %s', ([file, shapes, count, idle]) => {
    const all: Shapes = JSON.parse(readFileSync(sharedPath('spec', 'tensors', file), 'utf8'))
    expect(Object.keys(all)).toHaveLength(count)
    expect(shapes).toEqual(Object.fromEntries(Object.entries(all).filter(([name]) => !isIdle(name))))
    expect((parameters(all) - parameters(shapes)) / 1e6).toBeCloseTo(idle, 1)
  })
})

function parameters(shapes: Shapes): number {
  return Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)
}
