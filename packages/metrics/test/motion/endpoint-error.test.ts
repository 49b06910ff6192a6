import { describe, expect, it } from 'vitest'
import { endpointError } from '../../src/index.ts'
import { formulaGenerated, formulaReference, tracklets } from './motion-fixtures.ts'

describe('endpoint error', () => {
  const reference = tracklets(2, 4, (n, t) => [10 * n + t, 5])
  // Point 0 drifts by (3, 4)/px a frame, point 1 stays on its path.
  const generated = tracklets(2, 4, (n, t) => (n === 0 ? [t + 3 * t, 5 + 4 * t] : [10 + t, 5]))

  it('is the mean distance of matched points by frame, without frame 0 in the mean', () => {
    const result = endpointError(generated, reference)
    expect([...result.frames]).toEqual([0, 2.5, 5, 7.5])
    expect(result.value).toBe(5)
    expect([...result.counts]).toEqual([2, 2, 2, 2])
  })

  it('can be kept to the points that both sides see', () => {
    const hidden = { ...reference, visible: Uint8Array.of(1, 1, 0, 0, 1, 1, 1, 0) }
    const result = endpointError(generated, hidden, { recipe: 'visible-points' })
    expect([...result.frames]).toEqual([0, 2.5, 0, Number.NaN])
    expect(result.value).toBe(1.25)
    const nothing = { ...reference, visible: new Uint8Array(8) }
    expect(endpointError(generated, nothing, { recipe: 'visible-points' }).value).toBeNull()
  })

  it('needs the same points on both sides', () => {
    expect(() => endpointError(formulaGenerated, formulaReference)).toThrow(/point by point, found 5 and 6/)
  })
})
