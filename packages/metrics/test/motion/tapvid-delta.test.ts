import { describe, expect, it } from 'vitest'
import { tapvidDelta } from '../../src/index.ts'
import { tracklets } from './motion-fixtures.ts'

// Expected shares: counted by hand from TAP-Vid's definition (compute_tapvid_metrics, query mode "first").
describe('TAP-Vid δ', () => {
  const still = tracklets(6, 2, () => [50, 50])
  // In frame 1 the points are off by 0, 0.99, 1, 3, 10 and 100 px.
  const offsets = [0, 0.99, 1, 3, 10, 100]
  const moved = tracklets(6, 2, (n, t) => [50 + offsets[n] * t, 50])
  const square = { width: 256, height: 256 }

  it('counts strictly nearer points, after the query frame', () => {
    const { shares, value, count } = tapvidDelta(moved, still, square)
    expect([...shares]).toEqual([2 / 6, 3 / 6, 4 / 6, 4 / 6, 5 / 6])
    expect(value).toBeCloseTo(3 / 5, 12)
    expect(count).toBe(6)
  })

  it('scales to 256 × 256 unless told otherwise', () => {
    // Half as wide: 3 px are 6, 0.99 px are 1.98.
    const narrow = { width: 128, height: 256 }
    expect([...tapvidDelta(moved, still, narrow).shares]).toEqual([1 / 6, 2 / 6, 3 / 6, 4 / 6, 4 / 6])
    const original = tapvidDelta(moved, still, narrow, { recipe: 'original-size' })
    expect([...original.shares]).toEqual([...tapvidDelta(moved, still, square).shares])
  })

  it('leaves out points that the reference does not see, and frames up to the query', () => {
    const hidden = { ...still, visible: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0) }
    expect([...tapvidDelta(moved, hidden, square).shares]).toEqual([2 / 5, 3 / 5, 4 / 5, 4 / 5, 1])
    const queries = offsets.map(() => ({ t: 1, x: 50, y: 50 }))
    expect(tapvidDelta(moved, still, square, { queries })).toMatchObject({ value: null, count: 0 })
    expect(() => tapvidDelta(moved, still, square, { queries: queries.slice(1) })).toThrow(/query for each of 6/)
  })
})
