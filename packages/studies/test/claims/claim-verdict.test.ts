import { check, double, property as fcProperty } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClaimAsk, claimVerdict } from '../../src/claims/claim-verdict.ts'

/** A claim of 19.04 dB, a margin of 0.22 and half a digit, 8,667 clips. */
function verdictOf(change: Partial<ClaimAsk>) {
  const { verdict, reasons } = claimVerdict({
    claimed: 19.04,
    decimals: 2,
    measured: 19.1,
    interval: { low: 19.04, high: 19.16 },
    within: 0.22,
    clips: { measured: 8667, claimed: 8667 },
    clipsWithin: 0.02,
    otherwise: [],
    ...change,
  })
  return [verdict, ...reasons].join(': ')
}

describe('a claim', () => {
  test('is reproduced where the whole interval lies within the margin', () => {
    expect(verdictOf({})).toBe('reproduced')
    // Half of the last printed digit is part of the margin: 19.04 + 0.22 + 0.005.
    expect(verdictOf({ interval: { low: 19.1, high: 19.264 } })).toBe('reproduced')
  })

  test('is not reproduced where the whole interval lies outside, however small the difference', () => {
    expect(verdictOf({ measured: 19.4, interval: { low: 19.3, high: 19.5 } })).toBe('not-reproduced')
    expect(verdictOf({ measured: 18.7, interval: { low: 18.6, high: 18.8 } })).toBe('not-reproduced')
  })

  test('that merely lies inside a wide interval is neither', () => {
    const said = verdictOf({ interval: { low: 17, high: 21 } })
    expect(said).toBe('not-comparable: 8667 clips cannot tell: the interval reaches across the margin')
    expect(verdictOf({ measured: 19.04, interval: { low: 18.5, high: 19.1 } })).toMatch(/cannot tell/)
  })

  test('of other clips, weights or settings is not compared', () => {
    expect(verdictOf({ clips: { measured: 29, claimed: 8667 } })).toBe(
      'not-comparable: other clips (29 here, 8,667 there)',
    )
    expect(verdictOf({ clips: { measured: 8600, claimed: 8667 } })).toBe('reproduced')
    expect(verdictOf({ clips: { measured: 8667, claimed: null } })).toMatch(/does not say of how many/)
    expect(verdictOf({ otherwise: ['golden weights'] })).toBe('not-comparable: golden weights')
    expect(verdictOf({ measured: null, interval: null })).toBe('not-comparable: not measured here')
    expect(verdictOf({ interval: null })).toBe('not-comparable: no interval here')
    expect(verdictOf({ within: undefined })).toMatch(/no margin/)
  })
})

test('a wider margin never takes back that a claim is reproduced, nor a narrower one that it is not', () => {
  const number = double({ min: -100, max: 100, noNaN: true })
  const width = double({ min: 0, max: 50, noNaN: true })
  const order = ['not-reproduced', 'not-comparable', 'reproduced']
  const property = fcProperty(number, number, width, width, width, (claimed, middle, half, within, more) => {
    const interval = { low: middle - half, high: middle + half }
    const placeOf = (margin: number) =>
      order.indexOf(verdictOf({ claimed, measured: middle, interval, within: margin }).split(':', 1)[0])
    return placeOf(within + more) >= placeOf(within)
  })
  expect(check(property, { seed: 15 })).toMatchObject({ failed: false })
})
