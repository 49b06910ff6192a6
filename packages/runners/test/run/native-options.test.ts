import { expect, test } from 'vitest'
import { findMethod } from '../../src/index.ts'
import { requireNative } from '../../src/run/native-options.ts'

const [interdyn, still] = [await findMethod('interdyn'), await findMethod('static')]

test('what is usual takes the place of what was not said', async () => {
  expect(await requireNative(interdyn, { dump: 'd' })).toEqual({
    checkpoints: {},
    unverified: false,
    noise: undefined,
    dump: 'd',
    threads: undefined,
    lowMemory: false,
    preview: false,
  })
  expect(await requireNative(still, { preview: true })).toMatchObject({ preview: true })
})

test.each([
  [{ checkpoints: { sdv: 'x' } }, 'expected one of interdyn (svd=<folder>, interdyn=<folder>), found sdv'],
  [{ checkpoints: { constructor: 'x' } }, 'found constructor'],
  [{ noise: '/nonesuch' }, '/nonesuch: expected a folder of <clip>/<sample>.safetensors'],
])('InterDyn is told %j', async (options, message) => {
  await expect(requireNative(interdyn, options)).rejects.toThrow(message)
})

test.each([
  [{ checkpoints: { svd: 'x' } }, 'expected one of static (it takes none), found svd'],
  [{ dump: 'd' }, '--dump: expected a native method with networks, found static'],
  [{ lowMemory: true }, '--low-memory: expected a native method with networks'],
  [{ threads: 2 }, '--threads'],
])('a still image is told %j', async (options, message) => {
  await expect(requireNative(still, options)).rejects.toThrow(message)
})

test('a program is told to make a preview', async () => {
  await expect(requireNative({ ...still, native: undefined }, { preview: true })).rejects.toThrow(/--preview/)
})
