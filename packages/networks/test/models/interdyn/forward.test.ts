import { beforeAll, describe, expect, test } from 'vitest'

import { type Forward, tinyForward, tinyNetworks } from './forward.ts'
import { furthest, hasTiny, tinyTensor } from './tiny.ts'

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

  test('the UNet’s output, to 1e-4', () => {
    expect(furthest(found.v, expected.v)).toBeLessThan(1e-4)
  })
})

async function golden(): Promise<Forward> {
  const names = [...Array.from({ length: 12 }, (_, at) => `fwd.control.down.${at}`), 'fwd.control.mid']
  const residuals = await Promise.all(names.map(async (name) => (await tinyTensor('golden', name)).data))
  return { v: (await tinyTensor('golden', 'fwd.unet_out')).data, residuals }
}
