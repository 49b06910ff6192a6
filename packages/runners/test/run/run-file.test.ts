import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { MethodSpec } from '@kinemetric/records'
import { findMethod } from '../../src/index.ts'
import { openRunFile } from '../../src/run/run-file.ts'

const { spec } = await findMethod('interdyn')
const identity = (method: MethodSpec = spec) => ({
  method,
  config: { steps: 4 },
  manifest: { sha256: 'b'.repeat(64), protocol: { id: 'as-is', version: 1 } },
})
const weights = [{ id: 'unverified:svd/unet/x', sha256: 'c'.repeat(64), licence: 'unknown' }]

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'kinemetric-run-file-'))
  onTestFinished(() => rm(out, { recursive: true, force: true }))
})
const said: string[] = []
const open = (of = identity(), device: 'cpu' | 'webgpu' = 'cpu') =>
  openRunFile(out, of, device, (message) => said.push(message))
const read = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(join(out, 'run.json'), 'utf8'))

test('weights are written before anything is made with them, and stay when a run has nothing left to do', async () => {
  const run = await open()
  expect(await read()).not.toHaveProperty('weights')
  await run.useWeights(weights)
  expect(await read()).toMatchObject({ weights })
  const again = await open()
  await again.finish({ counts: { total: 1, ok: 1, failed: 0 } })
  expect(await read()).toMatchObject({ weights, counts: { ok: 1 } })
})

test('a run does not go on with other weights', async () => {
  await (await open()).useWeights(weights)
  const other = [{ ...weights[0], sha256: 'd'.repeat(64) }]
  await expect((await open()).useWeights(other)).rejects.toMatchObject({ code: 'bad-output-folder' })
  // The same bytes under another name are the same weights.
  await (await open()).useWeights([{ ...weights[0], id: 'svd-unet' }])
})

test('on another device it goes on, and says so', async () => {
  await open()
  said.length = 0
  const run = await open(identity(), 'webgpu')
  expect(said).toEqual(['what is there was made on cpu, what is missing is made on webgpu: run.json says so'])
  await run.finish({})
  expect(await read()).toMatchObject({ device: 'webgpu', devices: ['cpu', 'webgpu'] })
})

test('words and ranges of settings may change between, values may not', async () => {
  await open()
  const words = { summary: 'Other words.', presets: {}, defaults: { sigma: 1 }, settings: {}, checkpoints: {} }
  await open(identity({ ...spec, ...words }))
  await expect(open({ ...identity(), config: { steps: 5 } })).rejects.toThrow(/the run of the same config/)
  await expect(open(identity({ ...spec, version: '2' }))).rejects.toThrow(/the run of the same method/)
})

test('a folder of something else is refused', async () => {
  await writeFile(join(out, 'thesis.txt'), 'precious')
  await expect(open()).rejects.toThrow(/expected an empty folder/)
})
