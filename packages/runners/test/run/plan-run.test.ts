import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { findMethod, planRun } from '../../src/index.ts'
import { noteMeasuredRate } from '../../src/run/measured-steps.ts'
import { maskManifest } from '../mask-manifest.ts'

const cache = await mkdtemp(join(tmpdir(), 'kinemetric-plan-'))
afterAll(() => rm(cache, { recursive: true, force: true }))
vi.stubEnv('XDG_CACHE_HOME', cache)
vi.stubEnv('KINEMETRIC_WEIGHTS', join(cache, 'none'))

const { manifest } = await maskManifest(['a', 'b'], [64, 128], 14)
const plan = async (id: string, options = {}) => planRun({ method: await findMethod(id), manifest, ...options })

/** Numbers in the weights of the network of the steps, as released. */
const weightsOf = async (id: string) => {
  const { native } = await findMethod(id)
  const workOf = native?.sees === 'condition' ? await native.work?.() : undefined
  return (await workOf?.({}, {}, { frames: 14, height: 64, width: 128 }, false))?.stepWeights ?? 0
}

test('weights that are missing, operations by the published configurations, disk, and time by the last step that was measured', async () => {
  await noteMeasuredRate(
    { method: 'interdyn', device: 'cpu', dtype: 'float32', weights: await weightsOf('interdyn') },
    2e11,
  )
  const told = await plan('interdyn', { samples: 3 })
  expect(told).toMatchObject({ clips: 2, samples: 3, device: 'cpu', unfit: [], diskBytes: 3 * 2 * 14 * 64 * 128 * 3 })
  expect(told.weights.map(({ word, path, gated }) => ({ word, path, gated }))).toEqual([
    { word: 'svd', path: null, gated: true },
    { word: 'interdyn', path: null, gated: false },
  ])
  expect(told.weights[0].get).toBe('kinemetric weights pull svd-img2vid')
  expect(told.basis).toEqual({ kind: 'measured-step', operationsPerSecond: 2e11 })
  const operations = (told.teraflopPerClip ?? 0) * 1e12
  expect(told.hours).toBeCloseTo((6 * operations) / 2e11 / 3600, 9)
  // Fifty steps of 1/12 of the 16.3 TFLOP of 256×384, and what comes before and after them.
  expect(operations).toBeGreaterThan((50 * 16.3e12) / 13)
  expect(operations).toBeLessThan((55 * 16.3e12) / 12)
  // float32 weights: 2.86 · 10⁹ numbers.
  expect(told.memoryBytes).toBeGreaterThan(11.4e9)
  const low = await plan('interdyn', { native: { lowMemory: true }, config: { dtype: 'float16', steps: 2 } })
  // The weights of the steps stay in the file's own 16 bits.
  expect(low.memoryBytes).toBeLessThan(5.6e9)
})

test('CosHand: 0.23 PFLOP of 13 frames of 256×256', async () => {
  const { manifest: square } = await maskManifest(['a'], [256, 256], 14)
  await noteMeasuredRate(
    { method: 'coshand-independent', device: 'cpu', dtype: 'float32', weights: await weightsOf('coshand-independent') },
    2e11,
  )
  const told = await planRun({ method: await findMethod('coshand-independent'), manifest: square })
  expect(told.teraflopPerClip).toBeGreaterThan(215)
  expect(told.teraflopPerClip).toBeLessThan(240)
})

test('a method without networks has no operations; what cannot be done is said; a wrong setting is refused', async () => {
  const told = await plan('static')
  expect(told).toMatchObject({ teraflopPerClip: null, memoryBytes: null, hours: null, basis: null, weights: [] })
  const { manifest: odd } = await maskManifest(['a'], [72, 64], 3)
  await expect(planRun({ method: await findMethod('interdyn'), manifest: odd })).rejects.toThrow(/multiples of 64/)
  await expect(plan('interdyn', { config: { steps: 1 } })).rejects.toThrow(/set steps/)
  await expect(plan('interdyn', { preset: 'slow' })).rejects.toThrow(/\(demo, paper, fast\)/)
})

test('every preset of every method is made of settings that it takes', async () => {
  for (const id of ['interdyn', 'coshand-independent', 'coshand-autoregressive'])
    for (const preset of ['demo', 'paper', 'fast'])
      expect(
        (await planRun({ method: await findMethod(id), manifest: { ...manifest, clips: [] }, preset })).hours,
      ).not.toBeNaN()
})
