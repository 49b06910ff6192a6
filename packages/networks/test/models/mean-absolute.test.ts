import ndarray from 'ndarray'
import { expect, test } from 'vitest'
import { openNetwork } from '../../src/index.ts'

test('a second network for the role distance is opened by its name', async () => {
  const shape = [2, 2, 2, 3]
  const a = ndarray(
    Uint8Array.from({ length: 24 }, (_, i) => i),
    shape,
  )
  const b = ndarray(
    Uint8Array.from({ length: 24 }, (_, i) => (i < 12 ? i + 2 : i)),
    shape,
  )
  const { network, weights } = await openNetwork('distance', { network: 'mean-absolute' })
  expect([...(await network.distance(a, b))]).toEqual([2, 0])
  expect(weights).toEqual([])
  await network.close()
  await expect(openNetwork('features', { network: 'mean-absolute' })).rejects.toMatchObject({ code: 'unknown-network' })
})
