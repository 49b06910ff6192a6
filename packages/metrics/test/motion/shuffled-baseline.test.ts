import { describe, expect, it } from 'vitest'
import { derangement, motionFidelity, seededRandom, shuffledBaseline } from '../../src/index.ts'
import { tracklets } from './motion-fixtures.ts'

describe('shuffled baseline', () => {
  it('pairs every clip with another, each reference once, the same for one seed', () => {
    for (const count of [2, 3, 29]) {
      const partners = derangement(count, 7)
      expect([...partners].sort((a, b) => a - b)).toEqual([...Array(count).keys()])
      expect([...partners].some((partner, clip) => partner === clip)).toBe(false)
      expect([...derangement(count, 7)]).toEqual([...partners])
    }
    expect([...derangement(29, 8)]).not.toEqual([...derangement(29, 7)])
  })

  it('needs two clips', () => {
    expect(() => shuffledBaseline([])).toThrow(/at least 2 clips/)
  })

  it('finds the level of noise: near 0.48 for 100 points of independent random directions over 13 displacements', () => {
    // A simulation of the null in numpy, apart from this code, gives 0.48; three clips of 100 × 100 best matches leave a spread below 0.01.
    const random = seededRandom(3)
    const clips = Array.from({ length: 3 }, () => walk(random))
    const result = shuffledBaseline(clips.map((reference) => ({ generated: walk(random), reference })))
    expect(result.value).toBeGreaterThan(0.46)
    expect(result.value).toBeLessThan(0.5)
  })

  it('scores clip i against the reference of its partner', () => {
    const pairs = [0, 1, 2].map((k) => {
      const moving = tracklets(2, 4, (n, t) => [n + t * Math.cos(k), t * Math.sin(k)])
      return { generated: moving, reference: moving }
    })
    const { values, partners, value } = shuffledBaseline(pairs, { seed: 5 })
    for (const [i, partner] of partners.entries()) {
      expect(values[i]).toBe(motionFidelity(pairs[i].generated, pairs[partner].reference).value)
      expect(values[i]).toBeCloseTo(Math.cos(i - partner), 12)
    }
    expect(value).toBeCloseTo((values[0] + values[1] + values[2]) / 3, 12)
  })
})

/** 100 points that step in independent uniform directions. */
function walk(random: ReturnType<typeof seededRandom>) {
  const x = new Float64Array(100)
  const y = new Float64Array(100)
  return tracklets(100, 14, (n) => {
    const angle = 2 * Math.PI * random.next()
    x[n] += Math.cos(angle)
    y[n] += Math.sin(angle)
    return [x[n], y[n]]
  })
}
