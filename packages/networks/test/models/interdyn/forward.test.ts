import { beforeAll, describe, expect, test } from 'vitest'

import { epsilons } from '../../../src/models/svd/encoder.ts'
import { hasSoftwareVulkan, useSoftwareVulkan } from '../../session/software-vulkan.ts'
import { type Forward, tinyForward, tinyNetworks } from './forward.ts'
import { furthest, hasTiny, tinyTensor } from './tiny.ts'

const full = process.env.KINEMETRIC_FULL === '1'
if (!full) console.warn('skipped: InterDyn’s goldens on WebGPU take minutes (KINEMETRIC_FULL=1 runs them)')

// Goldens: the original modules in PyTorch with the same weights and inputs.
describe.skipIf(!hasTiny())('InterDyn’s networks on the golden inputs', () => {
  let found: Forward
  let expected: Forward
  beforeAll(async () => {
    found = await tinyForward(await tinyNetworks())
    expected = await golden()
  })

  test('the ControlNet’s 13 residuals, to 1e-4', () => {
    expect(found.residuals).toHaveLength(13)
    for (const [at, residual] of found.residuals.entries())
      expect(furthest(residual, expected.residuals[at]), `residual ${at}`).toBeLessThan(1e-4)
  })

  test('the UNet’s output, to 5e-6: the other ε on the way up is 8e-6 away', () => {
    expect(furthest(found.v, expected.v)).toBeLessThan(5e-6)
  })

  test('the ε of group norms: elsewhere the other one is 3e-4 to 7e-4 away in the last residual', () => {
    expect(epsilons).toEqual({ attendingDown: 1e-6, plainDown: 1e-5, middle: 1e-5, up: 1e-6 })
  })
})

describe.skipIf(!hasTiny())('what the goldens tell apart', { timeout: 120_000 }, () => {
  test('residuals that are added once are far off; released code adds them after every block', async () => {
    const networks = await tinyNetworks()
    const { v } = await tinyForward(networks, {
      add: (_, { skips, middle }) => ({ skips: skips.map(({ residual }) => residual), middle }),
    })
    expect(furthest(v, (await golden()).v)).toBeGreaterThan(1)
  })

  test('other heads are far off: shapes do not tell them', async () => {
    const { v, residuals } = await tinyForward(await tinyNetworks({ num_attention_heads: [2, 2, 2, 4] }))
    const expected = await golden()
    expect(furthest(v, expected.v)).toBeGreaterThan(1e-3)
    expect(furthest(residuals[8], expected.residuals[8])).toBeGreaterThan(1e-3)
  })
})

describe.skipIf(!hasTiny() || !full || !hasSoftwareVulkan())('on WebGPU (software Vulkan)', () => {
  test('residuals and output are the goldens’, to 1e-4', { timeout: 3_600_000 }, async () => {
    useSoftwareVulkan()
    const [found, expected] = [await tinyForward(await tinyNetworks(), { provider: 'webgpu' }), await golden()]
    for (const [at, residual] of found.residuals.entries())
      expect(furthest(residual, expected.residuals[at]), `residual ${at}`).toBeLessThan(1e-4)
    expect(furthest(found.v, expected.v)).toBeLessThan(1e-4)
  })
})

async function golden(): Promise<Forward> {
  const names = [...Array.from({ length: 12 }, (_, at) => `fwd.control.down.${at}`), 'fwd.control.mid']
  const residuals = await Promise.all(names.map(async (name) => (await tinyTensor('golden', name)).data))
  return { v: (await tinyTensor('golden', 'fwd.unet_out')).data, residuals }
}
