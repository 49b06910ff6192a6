import { describe, expect, it } from 'vitest'
import {
  displacementsOf,
  expectedDifference,
  inertialDisplacements,
  medianTrack,
  objectMotion,
  pairEffect,
} from '../../src/index.ts'
import golden from '../goldens/probes.json' with { type: 'json' }

type Track = ([number, number] | null)[]
const along = (...xs: number[]): Track => xs.map((x) => [x, 0])

const trackOf = (points: number[][]): Track => points.map(([x, y]) => [x, y])

describe('objectMotion', () => {
  it('gives the worked example of docs/probes.md, to 1e-9', () => {
    const { truth, generated, delta, fps, ...expected } = golden.example
    const found = objectMotion(trackOf(truth), trackOf(generated), { delta, fps })
    expect(found.moved).toEqual({ truth: true, generated: true })
    expect(found.onset).toEqual({ truth: 2, generated: 3 })
    expect(found.onsetError).toBeCloseTo(expected.onsetError, 9)
    expect(found.directionError).toBeCloseTo(expected.directionError, 9)
    expect(found.speedRatio).toBeCloseTo(expected.speedRatio, 9)
    expect(found.pathError).toBeCloseTo(expected.pathError, 6)
    const errors = [0, 4, ...[2, 3, 4].map((k) => Math.hypot(2.4 * (k - 1) - 4 * k, 3.2 * (k - 1)))]
    expect(found.pathError).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / 5 / 16, 9)
  })

  it('is perfect for the truth moved elsewhere, and has no direction where one stands still', () => {
    const truth = along(0, 0, 4, 8)
    const shifted = truth.map((point) => point && ([point[0] + 50, 7] as [number, number]))
    expect(objectMotion(truth, shifted, { delta: 2, fps: null })).toMatchObject({
      onsetError: 0,
      directionError: 0,
      speedRatio: 0,
      pathError: 0,
    })
    expect(objectMotion(truth, along(0, 0, 0, 2), { delta: 2, fps: 6 })).toMatchObject({
      moved: { truth: true, generated: false },
      onsetError: null,
      directionError: null,
      pathError: expect.closeTo((4 + 6) / 3 / 8, 12),
    })
  })

  it('takes the latest place that is known, and begins nowhere where frame 0 shows nothing', () => {
    const seen = objectMotion(along(0, 0, 5, 10), [[0, 0], null, [0, 5], null], { delta: 2, fps: 1 })
    expect(seen).toMatchObject({ onset: { truth: 2, generated: 2 }, directionError: expect.closeTo(90, 9) })
    expect(seen.speedRatio).toBeCloseTo(-1, 12)
    const never = objectMotion(along(0, 5), [null, [9, 9]], { delta: 2, fps: 1 })
    expect(never).toMatchObject({ moved: { generated: false }, pathError: null })
  })

  it('refuses what it cannot compare', () => {
    expect(() => objectMotion(along(0, 1), along(0), { delta: 1, fps: 1 })).toThrow('tracks of as many frames')
    expect(() => objectMotion(along(0), along(0), { delta: 1, fps: 1 })).toThrow('two frames or more')
    expect(() => objectMotion(along(0, 1), along(0, 1), { delta: 0, fps: 1 })).toThrow('a delta above 0')
  })
})

describe('medianTrack', () => {
  // Three points that begin at (0, 0), (10, 5) and (4, 9).
  const points = Float32Array.from([0, 0, 1, 1, 10, 5, 20, 20, 4, 9, 6, 8])
  const of = (...visible: number[]) => medianTrack({ points, visible: Uint8Array.from(visible), count: 3, length: 2 })

  it('goes the median way of the visible points, x and y apart, from the middle of all', () => {
    expect(of(1, 1, 1, 1, 1, 1)).toEqual([
      [4, 5],
      [4 + 2, 5 + 1],
    ])
    expect(of(1, 1, 1, 0, 1, 1)[1]).toEqual([4 + 1.5, 5])
  })

  it('does not know where the object is by less than a quarter of its points', () => {
    const five = { points: new Float32Array(20), count: 5, length: 2 }
    expect(medianTrack({ ...five, visible: Uint8Array.from([1, 1, 1, 0, 1, 0, 1, 0, 1, 0]) })).toEqual([[0, 0], null])
    expect(medianTrack({ ...five, visible: Uint8Array.from([1, 1, 1, 1, 1, 0, 1, 0, 1, 0]) })[1]).toEqual([0, 0])
  })

  it('stands still where no point moves, whichever are seen, and is null where none is', () => {
    const same = Float32Array.from([0, 0, 0, 0, 10, 5, 10, 5, 4, 9, 4, 9])
    const visible = Uint8Array.from([1, 0, 1, 1, 1, 0])
    expect(medianTrack({ points: same, visible, count: 3, length: 2 })).toEqual([
      [4, 5],
      [4, 5],
    ])
    expect(of(0, 0, 0, 0, 0, 0)).toEqual([null, null])
  })
})

describe('pairs', () => {
  it('goes straight on without the hit, with the velocity of the last three steps', () => {
    const a = along(0, 1, 3, 6, 9, 9, 9)
    const found = inertialDisplacements(a, 5, 2)
    const expected = [0, 1, 3, 6, 9, 9 + 8 / 3, 9 + 16 / 3]
    expect(found.map((d, t) => Math.abs((d?.[0] ?? NaN) - expected[t]) < 1e-12 && d?.[1] === 0)).not.toContain(false)
    expect(inertialDisplacements(along(0, 0.5, 1, 8), 3, 2)).toEqual(along(0, 0.5, 1, 1))
    expect(inertialDisplacements(along(0, 5), 1, 2)).toEqual(along(0, 0))
  })

  it('responds, early or not, in the right direction or not', () => {
    const truth = along(0, 0, 0, 5, 10)
    const expected = expectedDifference(truth, 3, 2, undefined)
    expect(expected).toEqual(truth)
    const of = { delta: 2, reach: 3, expected }
    const still = along(0, 0, 0, 0, 0)
    expect(pairEffect(truth, still, of)).toEqual({ effect: 10, responds: true, earlyLeak: 0, rightDirection: true })
    expect(pairEffect(along(0, 0, 3, 0, -9), still, of)).toEqual({
      effect: 9,
      responds: true,
      earlyLeak: 1.5,
      rightDirection: false,
    })
    expect(pairEffect(still, still, of)).toEqual({ effect: 0, responds: false, earlyLeak: 0, rightDirection: null })
    expect(pairEffect(truth, still, { delta: 2 })).toMatchObject({
      responds: true,
      earlyLeak: null,
      rightDirection: null,
    })
  })

  it('holds the difference against what is known to happen without the driver', () => {
    const without = along(0, 0, 0, 8, 20)
    expect(expectedDifference(along(0, 0, 0, 5, 10), 3, 2, without)).toEqual(along(0, 0, 0, -3, -10))
  })

  it('begins displacements at frame 0', () => {
    expect(displacementsOf([[3, 4], null, [4, 6]])).toEqual([[0, 0], null, [1, 2]])
    expect(displacementsOf([null, [4, 6]])).toEqual([null, null])
  })
})
