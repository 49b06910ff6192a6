import { openCheckpoint, readTensor } from '@kinemetric/networks'
import { expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { eulerConfigSchema, eulerSchedule } from '../../src/sampling/euler-schedule.ts'

const config = {
  prediction_type: 'v_prediction',
  timestep_type: 'continuous',
  use_karras_sigmas: true,
  sigma_min: 0.002,
  sigma_max: 700,
  timestep_spacing: 'leading',
} as const

test('50 steps begin and end where they should, and fall', () => {
  const { sigmas, initialScale } = eulerSchedule(config, 50)
  expect(sigmas).toHaveLength(51)
  expect([...sigmas.subarray(0, 3)]).toEqual([700, 620.3278, 548.5581].map((x) => expect.closeTo(x, 3)))
  expect([...sigmas.subarray(48)]).toEqual([0.004049, 0.002, 0].map((x) => expect.closeTo(x, 6)))
  for (let i = 1; i <= 50; i++) expect(sigmas[i]).toBeLessThan(sigmas[i - 1])
  expect(initialScale).toBeCloseTo(700.000714, 5)
  expect(eulerSchedule({ ...config, timestep_spacing: 'linspace' }, 50).initialScale).toBe(700)
})

const golden = ['goldens', 'runners', 'interdyn_tiny_golden.safetensors']
// Of diffusers' EulerDiscreteScheduler. Its float32 sigmas are the very same; the scale differs by float32's rounding of the square root.
test.skipIf(!hasShared(...golden)).each([50, 25, 4])('%i steps are those of diffusers', async (steps) => {
  const { tensors } = await openCheckpoint(sharedPath(...golden))
  const read = (name: string) => readTensor(tensors.get(`sched.${steps}.${name}`)!)
  const { sigmas, initialScale } = eulerSchedule(config, steps)
  expect([...sigmas]).toEqual([...(await read('sigmas'))])
  expect(initialScale).toBeCloseTo((await read('init_noise_sigma'))[0], 4)
})

test.each([1, 0, -3, 2.5, NaN])('%d steps are refused', (steps) => {
  expect(() => eulerSchedule(config, steps)).toThrow(/expected steps of at least 2, found/)
})

test.each([
  { prediction_type: 'epsilon' },
  { use_karras_sigmas: false },
  { timestep_type: 'discrete' },
  { _class_name: 'DDIMScheduler' },
  { sigma_min: null },
])('another scheduler is no config of this: %j', (other) => {
  expect(eulerConfigSchema.safeParse(config).success).toBe(true)
  expect(eulerConfigSchema.safeParse({ ...config, ...other }).success).toBe(false)
})
