import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { lastMeasuredRate, noteMeasuredRate, stepClock } from '../../src/execution/measured-steps.ts'

const cache = await mkdtemp(join(tmpdir(), 'kinemetric-steps-'))
afterAll(() => rm(cache, { recursive: true, force: true }))
vi.stubEnv('XDG_CACHE_HOME', cache)

const key = { method: 'interdyn', device: 'cpu', dtype: 'float32', weights: 1e9 }

test('the last rate of a method, device and number type comes back; a damaged file is none', async () => {
  expect(await lastMeasuredRate(key)).toBeUndefined()
  await noteMeasuredRate(key, 9e9)
  await noteMeasuredRate(key, 7.5e9)
  await noteMeasuredRate({ ...key, dtype: 'float16' }, 3e9)
  expect(await lastMeasuredRate(key)).toBe(7.5e9)
  expect(await lastMeasuredRate({ ...key, device: 'webgpu' })).toBeUndefined()
  expect(await lastMeasuredRate({ ...key, weights: 1e6 })).toBeUndefined()
  await mkdir(join(cache, 'kinemetric'), { recursive: true })
  await writeFile(join(cache, 'kinemetric', 'measured-steps.json'), '{')
  expect(await lastMeasuredRate(key)).toBeUndefined()
})

test('the first step does not count; one alone says nothing', () => {
  const times = [1000, 5000, 7000]
  const clock = stepClock(() => times.shift() ?? NaN)
  expect(clock.seconds()).toBeUndefined()
  clock.tick(2)
  expect(clock.seconds()).toBeUndefined()
  clock.tick(4)
  expect(clock.seconds()).toBe(2)
  clock.tick(5)
  expect(clock.seconds()).toBe(2)
})
