import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { findMethod, planRun, runMethod } from '../../src/index.ts'
import { noteMeasuredRate } from '../../src/execution/measured-steps.ts'
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

test.each([3, 9, 27, 36, 333, 1000])(
  'CosHand of %i steps is refused by the plan as by the run, weights or not',
  async (steps) => {
    await expect(plan('coshand-independent', { config: { steps } })).rejects.toMatchObject({
      code: 'bad-option',
      expected: expect.stringMatching(/steps whose stride, \d+ of 1000, does not divide 999/),
    })
  },
)

test('disk has what is dumped and previews; what a run would be refused for is said', async () => {
  const native = { dump: join(cache, 'dump'), preview: true }
  const config = { steps: 2 }
  const plain = await plan('interdyn', { config, samples: 3 })
  expect(plain.disk).toEqual({ frames: plain.diskBytes, previews: 0, dump: 0 })
  expect(plain.refused).toEqual(['weights are missing: svd, interdyn'])
  const machine = { memory: async () => 1e6, space: async () => ({ free: 1e6, disk: 1 }) }
  const more = await plan('interdyn', { config, samples: 3, native, machine })
  const frames = 3 * 2 * 14 * 64 * 128 * 3
  const { dump } = more.disk
  // Latents of both steps and the frames, in float32; the picture's and names besides.
  const steps = 3 * 2 * 4 * (2 * ((14 * 64 * 128) / 16) + 14 * 3 * 64 * 128)
  expect(dump).toBeGreaterThan(steps)
  expect(dump).toBeLessThan(1.02 * steps)
  expect(more).toMatchObject({ diskBytes: 1.5 * frames + dump, disk: { frames, previews: frames / 2 } })
  expect(more.refused).toHaveLength(2)
  expect(more.refused[1]).toMatch(/^memory: expected about .*never less than/)
  const full = await plan('interdyn', { config, native, machine: { ...machine, memory: async () => 1e12 } })
  expect(full.refused[1]).toMatch(/dump: expected .* for what --dump keeps, found 1\.0 MB free/)
})

test('a folder in which the run could not go on is said, one in which it can is not', async () => {
  const out = join(cache, 'out')
  const method = await findMethod('mask-warp')
  await runMethod({ method, manifest, out })
  const refused = async (config = {}) => (await planRun({ method, manifest, out, config })).refused
  expect(await refused()).toEqual([])
  expect(await refused({ margin: 5 })).toEqual([expect.stringMatching(/expected .* of the same config/)])
  expect((await plan('static', { out: join(cache, 'nowhere') })).refused).toEqual([])
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

test('of a shard its own clips, and why its run would be refused', async () => {
  const out = join(cache, 'plan-of-shards')
  const shards = [1, 2, 3].map((index) => ({ index, count: 3 }))
  const plans = await Promise.all(shards.map((shard) => plan('static', { shard, out })))
  expect(plans.map(({ clips }) => clips).reduce((a, b) => a + b)).toBe(2)
  expect(plans.map(({ diskBytes }) => diskBytes).reduce((a, b) => a + b)).toBe(2 * 14 * 64 * 128 * 3)
  expect(plans.flatMap(({ refused }) => refused)).toEqual([])
  await runMethod({ method: await findMethod('static'), manifest, out })
  const { refused } = await plan('static', { shard: shards[0], out })
  expect(refused).toEqual([expect.stringMatching(/found run\.json of a run of all clips/)])
})
