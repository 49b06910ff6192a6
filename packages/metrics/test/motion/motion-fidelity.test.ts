import type { Tracklets } from '@kinemetric/networks'
import { describe, expect, it } from 'vitest'
import { findRecipe, motionFidelity, motionFidelitySpec, signature } from '../../src/index.ts'
import { formulaGenerated, formulaReference, tracklets } from './motion-fixtures.ts'

// Goldens: equations (1) and (2) of InterDyn (Akkerman et al., CVPR 2025) in numpy, float64, on the formulas of motion-fixtures.ts, written apart from
// the code under test. Ten digits are given, so 1e-9 is all they can tell.
const DIGITS = 9

describe('motion fidelity of the formula tracklets', () => {
  it('has each direction, their mean and their sum', () => {
    const result = motionFidelity(formulaGenerated, formulaReference)
    expect(result.generatedToReference).toBeCloseTo(0.9774335867, DIGITS)
    expect(result.referenceToGenerated).toBeCloseTo(0.9703483108, DIGITS)
    expect(result.value).toBeCloseTo(0.9738909488, DIGITS)
    const sum = motionFidelity(formulaGenerated, formulaReference, { recipe: 'interdyn-sum' })
    expect(sum.value).toBeCloseTo(1.9477818975, DIGITS)
    expect(motionFidelity(formulaGenerated, formulaReference, { recipe: 'yatim-formula' }).value).toBe(sum.value)
  })

  it('can leave out the displacement from frame 0 to frame 1', () => {
    const result = motionFidelity(formulaGenerated, formulaReference, { displacements: 'without-first' })
    expect(result.generatedToReference).toBeCloseTo(0.9784986644, DIGITS)
    expect(result.referenceToGenerated).toBeCloseTo(0.9700399503, DIGITS)
    expect(result.value).toBeCloseTo(0.9742693074, DIGITS)
  })

  it('gives a point that stands still the direction that the policy says', () => {
    const still = withStillTrack(formulaReference)
    const zero = motionFidelity(formulaGenerated, still)
    expect(zero.generatedToReference).toBeCloseTo(0.9774335867, DIGITS)
    expect(zero.referenceToGenerated).toBeCloseTo(0.8122910665, DIGITS)
    expect(zero.value).toBeCloseTo(0.8948623266, DIGITS)
    expect(zero.staticShare).toEqual({ generated: 0, reference: 1 / 6 })
    expect(zero.zeroShare.reference).toBeCloseTo(1 / 6, 12)
    expect(motionFidelity(formulaGenerated, still, { zeroDisplacement: 'nan' }).value).toBeNaN()
    // Nothing is left of the still tracklet, so that 'drop' gives it 0 as 'zero' does here.
    expect(motionFidelity(formulaGenerated, still, { zeroDisplacement: 'drop' }).value).toBeCloseTo(zero.value, 12)
    // Two still tracklets agree only under 'one-if-both'.
    expect(motionFidelity(still, still).value).toBeCloseTo(5 / 6, 12)
    expect(motionFidelity(still, still, { zeroDisplacement: 'one-if-both' }).value).toBeCloseTo(1, 12)
  })
})

describe('motion fidelity of simple motions', () => {
  const right = tracklets(3, 5, (n, t) => [10 * n + t * (1 + n), 4])
  const left = tracklets(2, 5, (n, t) => [10 * n - 3 * t, 9])

  it('is 1 for equal directions at any speed and place, 0 across, −1 for opposite ones', () => {
    expect(motionFidelity(right, right).value).toBeCloseTo(1, 12)
    expect(motionFidelity(left, right).value).toBeCloseTo(-1, 12)
    const up = tracklets(1, 5, (_, t) => [7, 50 - t])
    expect(motionFidelity(up, right).value).toBeCloseTo(0, 12)
  })

  it('drops a frame in which one point rests', () => {
    const resting = tracklets(1, 5, (_, t) => [t < 2 ? 0 : t - 1, 0])
    expect(motionFidelity(resting, right).value).toBeCloseTo(0.75, 12)
    expect(motionFidelity(resting, right, { zeroDisplacement: 'drop' }).value).toBeCloseTo(1, 12)
  })

  it('counts only displacements that are seen on both sides, when asked', () => {
    const turning = tracklets(1, 5, (_, t) => [t < 4 ? t : 2, 0])
    expect(motionFidelity(turning, right).value).toBeCloseTo(0.5, 12)
    turning.visible[4] = 0
    const result = motionFidelity(turning, right, { visibility: 'both' })
    expect(result.value).toBeCloseTo(1, 12)
    expect(result.invisibleShare).toEqual({ generated: 0.2, reference: 0 })
  })
})

describe('the released code of Yatim et al.', () => {
  it('scores a clip against itself below 1, because it subtracts the identity matrix', () => {
    // The same expression written out: each tracklet's best match among the others, or itself less 1.
    const s = [...Array(5).keys()].map((n) =>
      Math.max(...[...Array(5).keys()].map((m) => cosine(formulaGenerated, n, m) - (n === m ? 1 : 0))),
    )
    const expected = s.reduce((sum, x) => sum + x, 0) / 5
    const result = motionFidelity(formulaGenerated, formulaGenerated, { recipe: 'yatim-code' })
    expect(result.value).toBeCloseTo(expected, 12)
    expect(result.value).toBeLessThan(0.999)
    expect(result.referenceToGenerated).toBeNaN()
  })

  it('is poisoned by one resting point, unless another policy is named', () => {
    const still = withStillTrack(formulaGenerated)
    expect(motionFidelity(formulaGenerated, still, { recipe: 'yatim-code' }).value).toBeNaN()
    const guarded = motionFidelity(formulaGenerated, still, { recipe: 'yatim-code', zeroDisplacement: 'zero' })
    expect(guarded.value).toBeGreaterThan(0)
    expect(guarded.settings.zero).toBe('zero')
  })

  it('needs as many tracklets on both sides', () => {
    expect(() => motionFidelity(formulaGenerated, formulaReference, { recipe: 'yatim-code' })).toThrow(
      /as many generated as reference tracklets.*5 and 6/,
    )
  })
})

describe('bad tracklets', () => {
  it('names what is not a number', () => {
    const bad = { ...formulaGenerated, points: formulaGenerated.points.slice() }
    bad.points[2 * (2 * 14 + 3) + 1] = Number.NaN
    expect(() => motionFidelity(bad, formulaReference)).toThrow(
      /finite generated coordinates, found NaN in tracklet 2, frame 3/,
    )
    expect(() => motionFidelity(formulaGenerated, bad)).toThrow(expect.objectContaining({ code: 'not-finite' }))
  })

  it('refuses one frame, no point, another length and arrays of another size', () => {
    const one = tracklets(3, 1, (n) => [n, n])
    expect(() => motionFidelity(one, one)).toThrow(expect.objectContaining({ code: 'too-few' }))
    const two = tracklets(3, 2, (n, t) => [n, t])
    expect(() => motionFidelity(two, two, { displacements: 'without-first' })).toThrow(/no displacement is left/)
    const none = tracklets(0, 14, () => [0, 0])
    expect(() => motionFidelity(none, formulaReference)).toThrow(expect.objectContaining({ code: 'empty' }))
    expect(() => motionFidelity(two, formulaReference)).toThrow(/2 generated and 14 reference frames/)
    expect(() => motionFidelity({ ...two, count: 4 }, two)).toThrow(expect.objectContaining({ code: 'shape-mismatch' }))
  })

  it('refuses unknown recipes and policies', () => {
    expect(() => motionFidelity(formulaGenerated, formulaReference, { recipe: 'mine' })).toThrow(/interdyn-sum/)
    // @ts-expect-error not a policy
    expect(() => motionFidelity(formulaGenerated, formulaReference, { zeroDisplacement: 'skip' })).toThrow(
      /zero, one-if-both, drop/,
    )
  })
})

it('spells out its policies in the signature', () => {
  const extra = { tracker: 'lucas-kanade', ...openSettings('interdyn') }
  expect(signature(motionFidelitySpec, 'interdyn', extra)).toBe(
    'motion-fidelity|recipe:interdyn|directions:both|of:mean|selfmatch:kept|points:mask-100|displacements:all' +
      '|tracker:lucas-kanade|visibility:ignore|zero:zero|v:1',
  )
  expect(openSettings('yatim-code')?.zero).toBe('nan')
})

function openSettings(recipe: string) {
  return motionFidelitySpec.openSettings?.(findRecipe(motionFidelitySpec, recipe))
}

function withStillTrack(moving: Tracklets): Tracklets {
  const points = moving.points.slice()
  for (let t = 0; t < moving.length; t++) points.set([10, 20], 2 * t)
  return { ...moving, points }
}

/** Mean cosine of the displacements of two tracklets of a set, written out. */
function cosine({ points, length }: Tracklets, n: number, m: number): number {
  let sum = 0
  for (let t = 1; t < length; t++) {
    const a = [0, 1].map((c) => points[2 * (n * length + t) + c] - points[2 * (n * length + t - 1) + c])
    const b = [0, 1].map((c) => points[2 * (m * length + t) + c] - points[2 * (m * length + t - 1) + c])
    sum += (a[0] * b[0] + a[1] * b[1]) / (Math.hypot(...a) * Math.hypot(...b))
  }
  return sum / (length - 1)
}
