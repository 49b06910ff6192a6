import { openCheckpoint, readTensor } from '@kinemetric/networks'
import { expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { ddimSchedule } from '../../src/sampling/ddim-schedule.ts'

const levels = { linearStart: 0.00085, linearEnd: 0.012, timesteps: 1000 }

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

function timesOf(steps: number): number[] {
  return ddimSchedule(levels, steps).map(({ t }) => t)
}

test('50 run 49, from t = 961 to t = 1; where the number does not divide 1000 there are more', () => {
  expect(timesOf(50)).toHaveLength(49)
  expect(timesOf(50).slice(0, 2)).toEqual([961, 941])
  expect(timesOf(50).at(-1)).toBe(1)
  expect(timesOf(5)).toEqual([601, 401, 201, 1])
  expect(timesOf(6)).toEqual([831, 665, 499, 333, 167, 1])
  expect(timesOf(8)).toHaveLength(7)
  expect(timesOf(2)).toEqual([1])
})

test('the last step still adds noise', () => {
  const last = ddimSchedule(levels, 50).at(-1)!
  expect(last.s).toBeCloseTo(0.02065, 5)
  expect(last.aPrev).toBeCloseTo(0.99915, 6)
})

const golden = ['goldens', 'runners', 'coshand_tiny_golden.safetensors']
test.skipIf(!hasShared(...golden)).each([5, 50])('%i steps are those of the original', async (steps) => {
  const { tensors } = await openCheckpoint(sharedPath(...golden))
  const read = async (name: string) => [...(await readTensor(tensors.get(`ddim.${steps}.${name}`)!))]
  const run = ddimSchedule(levels, steps)
  expect(run.map(({ t }) => t)).toEqual((await read('timesteps')).toSorted((a, b) => b - a))
  // The original lists the step that it leaves out, and the least noisy first; it keeps float32.
  const listed = async (name: string) => (await read(name)).slice(0, -1).reverse()
  const alphas = await listed('alphas')
  const before = await listed('alphas_prev')
  const sigmas = await listed('sigmas')
  for (const [i, { a, aPrev, s }] of run.entries()) {
    expect(a).toBe(alphas[i])
    expect(aPrev).toBe(before[i])
    // The same formula in float32 there.
    expect(s).toBeCloseTo(sigmas[i], 5)
  }
})

test('exactly the numbers with which the original dies, or runs nothing, are refused', () => {
  const refused = Array.from({ length: 1002 }, (_, i) => i).filter((steps) => {
    try {
      ddimSchedule(levels, steps)
      return false
    } catch {
      return true
    }
  })
  expect(refused.filter((steps) => steps <= 100)).toEqual([0, 1, 3, 9, 27, 36, 37])
  expect(refused.filter((steps) => steps > 100)).toEqual([...range(101, 111), ...range(251, 333), ...range(501, 1001)])
  expect(() => ddimSchedule(levels, 3)).toThrow(/stride, 333 of 1000, does not divide 999.*found 3/)
})
