import { expect, test } from 'vitest'
import { signedDistance } from '../src/surface.ts'

test('signed distances: zero on the outline, negative inside, one a pixel outside', () => {
  const box = { kind: 'box', halfWidth: 20, halfHeight: 10, corner: 4 } as const
  expect(signedDistance(box, 20, 0)).toBeCloseTo(0, 12)
  expect(signedDistance(box, 0, 0)).toBeCloseTo(-10, 12)
  expect(signedDistance(box, 0, 11)).toBeCloseTo(1, 12)
  expect(signedDistance({ kind: 'disc', radius: 5 }, 3, 4)).toBeCloseTo(0, 12)
})
