import { describe, expect, it } from 'vitest'
import { aboveChance, compareColumn } from '@kinemetric/metrics'

const clips = Array.from({ length: 12 }, (_, at) => `clip-${String(at).padStart(2, '0')}`)
/** Values that every method shares by clip, and one that it adds. */
const scored = (method: string, shift: (at: number) => number, own: readonly string[] = clips) => ({
  method,
  values: new Map(own.map((clip) => [clip, 10 + 3 * Math.sin(Number(clip.slice(-2))) + shift(Number(clip.slice(-2)))])),
})
const column = { metric: 'psnr', recipe: 'frame-mean', signature: 's', better: 'higher' as const }

const noise = (at: number) => 0.3 * Math.cos(7 * at)

describe('a column of methods', () => {
  it('marks who is not separated from the best, and says nothing of noise', () => {
    const found = compareColumn({
      ...column,
      methods: [scored('a', () => 0), scored('b', noise), scored('far', (at) => -2 + 0.1 * Math.cos(at))],
    })
    expect(found.family).toEqual({ kind: 'column', comparisons: 3, methods: ['a', 'b', 'far'] })
    expect(found.ranks.map(({ method, mark }) => [method, mark])).toEqual([
      [found.ranks[0].method, 'bold'],
      [found.ranks[1].method, 'bold'],
      ['far', 'underline'],
    ])
    expect(found.pairs.find(({ first, second }) => first === 'a' && second === 'b')?.verdict).toBe('not-separated')
    expect(found.stability?.methods.map(({ method }) => method)).toEqual(found.ranks.map(({ method }) => method))
  })

  it('prints values over the clips that all ranked methods have, and names who is incomplete', () => {
    const lacking = scored('lacking', () => 5, clips.slice(0, 8))
    const found = compareColumn({ ...column, methods: [scored('a', () => 0), scored('b', () => 1), lacking] })
    expect(found.unranked).toMatchObject([{ method: 'lacking', reason: 'incomplete: 8 of 12 clips' }])
    expect(found.clips).toEqual({ common: 12, protocol: 12, otherReference: 0 })
    expect(found.ranks.map(({ method }) => method)).toEqual(['b', 'a'])
  })

  it('ranks nobody where too few clips are common, and names who costs most', () => {
    const many = Array.from({ length: 100 }, (_, at) => `clip-${String(at).padStart(2, '0')}`)
    const without = (from: number) => many.filter((_, at) => at < from || at >= from + 5)
    const methods = [0, 5, 10, 15, 20].map((from) => scored(`lacks-${from}`, () => from, without(from)))
    const found = compareColumn({ ...column, methods, protocolClips: 100 }, { draws: 99 })
    expect(found.reason).toBe(
      'no ranks: only 75 of 100 clips are common to all methods (lacks-0 lacks 5, lacks-5 lacks 5, lacks-10 lacks 5)',
    )
    expect([found.pairs, found.ranks]).toEqual([[], []])
    expect(found.unranked).toHaveLength(5)
  })

  it('says how many clips would be needed where no p of so few could be small enough', () => {
    const few = clips.slice(0, 5)
    const found = compareColumn({ ...column, methods: [scored('a', () => 0, few), scored('b', (at) => 1 + at, few)] })
    expect(found.pairs[0]).toMatchObject({
      verdict: 'cannot-separate',
      reason: 'n = 5 cannot separate two methods at 5 % (smallest p 0.0625)',
    })
    expect(found.ranks.every(({ mark }) => mark === 'none')).toBe(true)
    const eight = clips.slice(0, 8)
    const methods = Array.from({ length: 8 }, (_, at) => scored(`m${at}`, (clip) => at * (1 + 0.1 * clip), eight))
    expect(compareColumn({ ...column, methods }).pairs[0].reason).toBe(
      'n = 8 cannot separate 8 methods (28 comparisons need n ≥ 11)',
    )
  })

  it('takes windows of one video for one unit: many clips of few videos cannot separate', () => {
    const methods = [scored('a', () => 0), scored('b', () => 1)]
    const found = compareColumn({ ...column, methods, unitOf: (clip) => `video-${Number(clip.slice(-2)) % 4}` })
    expect([found.clips.common, found.units]).toEqual([12, 4])
    expect(found.pairs[0].verdict).toBe('cannot-separate')
  })

  it('calls methods with the same frames identical, and never equal otherwise', () => {
    const methods = [scored('a', () => 0), scored('b', () => 0)]
    expect(compareColumn({ ...column, methods, identical: () => true }).pairs[0].verdict).toBe('identical')
    expect(compareColumn({ ...column, methods }).pairs[0]).toMatchObject({
      verdict: 'cannot-separate',
      p: 1,
      interval: null,
      reason: 'the same on every clip',
    })
  })

  it('compares baselines with each method in a family of their own, and never ranks them', () => {
    const found = compareColumn({ ...column, methods: [scored('a', () => 0)], trivial: [scored('still', () => -1)] })
    expect(found.ranks.map(({ method }) => method)).toEqual(['a'])
    expect(found.trivialPairs).toMatchObject([{ first: 'a', second: 'still', verdict: 'first-better' }])
  })
})

describe('above chance', () => {
  it('is tested on each method’s own level, in the metric’s direction, with Holm over the methods', () => {
    const values = (shift: number) => scored('', (at) => shift + 0.2 * Math.cos(at)).values
    const found = aboveChance(
      [
        { method: 'good', scored: values(0), unrelated: values(-3) },
        { method: 'chance', scored: values(0), unrelated: scored('', (at) => 0.2 * Math.sin(3 * at)).values },
        { method: 'below', scored: values(0), unrelated: values(3) },
      ],
      'higher',
    )
    expect(found.map(({ method, above }) => [method, above])).toEqual([
      ['good', true],
      ['chance', false],
      ['below', false],
    ])
    expect(found[0].p).toBe(2 ** -12)
    expect(found[0].pAdjusted).toBe(3 * 2 ** -12)
    const turned = aboveChance([{ method: 'good', scored: values(0), unrelated: values(3) }], 'lower')
    expect(turned[0].above).toBe(true)
  })
})
