import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { hashBytes } from '@kinemetric/files'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { MethodSpec } from '@kinemetric/records'
import { findMethod } from '../../src/index.ts'
import { noiseAlgorithm } from '../../src/noise/noise.ts'
import type { RunEnvironment } from '../../src/provenance/run-environment.ts'
import { openRunFile } from '../../src/provenance/run-file.ts'
import { wholePlace } from '../../src/provenance/run-place.ts'
import type { RunNoise } from '../../src/provenance/same-noise.ts'

const { spec } = await findMethod('interdyn')
const identity = (method: MethodSpec = spec) => ({
  method,
  config: { steps: 4 },
  manifest: { sha256: 'b'.repeat(64), protocol: { id: 'as-is', version: 1 } },
})
const weights = [{ id: 'unverified:svd/unet/x', sha256: 'c'.repeat(64), licence: 'unknown' }]
const environment: RunEnvironment = {
  code: { name: 'kinemetric', version: '0', commit: null, dirty: null },
  cpu: 'some',
  cores: 2,
  memoryBytes: 1,
  os: 'some',
  arch: 'x64',
  node: 'v24.0.0',
  onnxruntime: '1.30.0',
  provider: 'cpu',
  threads: null,
  lowMemory: false,
}
const now = { device: 'cpu', weights, environment } as const

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'kinemetric-run-file-'))
  onTestFinished(() => rm(out, { recursive: true, force: true }))
})
const said: string[] = []
const open = (of = identity(), noise?: RunNoise) =>
  openRunFile(wholePlace(out, new Map()), of, noise, (message) => said.push(message))
const read = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(join(out, 'run.json'), 'utf8'))

/** A sample as a run leaves it, or why there is none. */
async function leave(clip: string, item: Record<string, unknown> = { status: 'ok' }): Promise<void> {
  await mkdir(join(out, clip, 's0'), { recursive: true })
  await writeFile(join(out, clip, 's0', 'item.json'), JSON.stringify(item))
}
const failed = { status: 'failed', error: { message: 'unlucky' } }

test('nothing is written before it begins; then with what, and that stays when a run has nothing left to do', async () => {
  const run = await open()
  expect(await readdir(out)).toEqual([])
  await run.begin(now)
  expect(await read()).toMatchObject({ weights, environment })
  await leave('a')
  const again = await open()
  expect(again.there).toMatchObject([{ clip: 'a', sample: 0, item: { status: 'ok' } }])
  await again.finish({ counts: { total: 1, ok: 1, failed: 0 } })
  expect(await read()).toMatchObject({ weights, environment, counts: { ok: 1 } })
})

const others = [{ ...weights[0], sha256: 'd'.repeat(64) }]

test('a run does not go on with other weights', async () => {
  await (await open()).begin(now)
  await leave('a')
  const run = await open()
  await expect(run.begin({ ...now, weights: others })).rejects.toMatchObject({ code: 'bad-output-folder' })
  // The same bytes under another name are the same weights.
  await (await open()).begin({ ...now, weights: [{ ...weights[0], id: 'svd-unet' }] })
})

test('on another device and another machine it goes on, and says so', async () => {
  await (await open()).begin(now)
  await leave('a')
  said.length = 0
  const there: RunEnvironment = { ...environment, cpu: 'another', provider: 'webgpu' }
  const run = await open()
  await run.begin({ ...now, device: 'webgpu', environment: there })
  expect(said).toEqual(['what is there was made on cpu, what is missing is made on webgpu: run.json says so'])
  await run.finish({})
  expect(await read()).toMatchObject({ device: 'webgpu', devices: ['cpu', 'webgpu'] })
  expect(await read()).toMatchObject({ environment: there, environments: [environment, there] })
})

test('in another environment networks may round otherwise, which is said of a method that has any', async () => {
  const noise: RunNoise = { folder: undefined, keyOf }
  await (await open(identity(), noise)).begin(now)
  await leave('a')
  said.length = 0
  const newer: RunEnvironment = { ...environment, memoryBytes: 2, onnxruntime: '1.31.0', threads: 1 }
  await (await open()).begin({ ...now, environment: newer })
  await (await open(identity(), noise)).begin({ ...now, environment: newer })
  expect(said).toEqual([])
  await (await open(identity(), noise)).begin(now)
  expect(said).toEqual([expect.stringMatching(/another environment \(onnxruntime, threads\): .*run\.json has both/)])
})

test('words and ranges of settings may change between, values may not', async () => {
  await (await open()).begin(now)
  await leave('a')
  const words = { summary: 'Other words.', presets: {}, defaults: { sigma: 1 }, settings: {}, checkpoints: {} }
  await open(identity({ ...spec, ...words }))
  await expect(open({ ...identity(), config: { steps: 5 } })).rejects.toThrow(/the run of the same config/)
  await expect(open(identity({ ...spec, version: '2' }))).rejects.toThrow(/the run of the same method/)
})

test('a run without a sample binds nobody; one with failures alone to its clips', async () => {
  await (await open()).begin(now)
  const corrected = { ...identity(), config: { steps: 5 } }
  await (await open({ ...corrected, manifest: { ...corrected.manifest, sha256: 'e'.repeat(64) } })).begin(now)
  await (await open()).begin({ ...now, device: 'webgpu', weights: others })
  expect(await read()).toMatchObject({ device: 'webgpu', weights: others })
  expect(await read()).not.toHaveProperty('devices')
  await leave('a', failed)
  await expect(open({ ...corrected, manifest: { ...corrected.manifest, sha256: 'e'.repeat(64) } })).rejects.toThrow(
    /the run of the same manifest/,
  )
  await (await open(corrected)).begin(now)
  // What a program was interrupted over is no failure.
  await writeFile(join(out, 'a', 's0', 'frame_0000.png'), '')
  await rm(join(out, 'a', 's0', 'item.json'))
  await expect(open()).rejects.toThrow(/the run of the same config/)
})

const keyOf = (clip: string) => clip.replace(/\.without-.*/, '')

test('a run goes on with its own noise alone: ours, or what was given, file by file', async () => {
  const folder = join(out, '..', `${basename(out)}-noise`)
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [own, given] = [undefined, folder].map((noise): RunNoise => ({ folder: noise, keyOf }))
  await mkdir(join(folder, 'a'), { recursive: true })
  await writeFile(join(folder, 'a', '0.safetensors'), 'numbers')
  const run = await open(identity(), given)
  await run.begin(now)
  expect(await read()).toMatchObject({ noise: { algorithm: 'given' } })
  const noise = { algorithm: 'given', sha256: 'f'.repeat(64), file: hashBytes('numbers') }
  await leave('a', { status: 'ok', noise })
  await leave('a.without-hand', { status: 'ok', noise })
  await open(identity(), given)
  await expect(open(identity(), own)).rejects.toThrow(
    /the run of the same noise to go on with \(a, sample 0: given with --noise\), found our own/,
  )
  await writeFile(join(folder, 'a', '0.safetensors'), 'other numbers')
  await expect(open(identity(), given)).rejects.toThrow(/sha256 \w{8}….*found .*0\.safetensors, sha256 \w{8}…/)
  await rm(join(folder, 'a'), { recursive: true })
  await expect(open(identity(), given)).rejects.toThrow(/cannot be read/)
  // Of an earlier version, which named no file.
  await leave('a', { status: 'ok', noise: { algorithm: 'given', sha256: 'f'.repeat(64) } })
  await rm(join(out, 'a.without-hand'), { recursive: true })
  await open(identity(), given)
  await leave('a', { status: 'ok', noise: { algorithm: noiseAlgorithm, sha256: 'f'.repeat(64) } })
  await open(identity(), own)
  await expect(open(identity(), given)).rejects.toThrow(/our own, philox.*found given with --noise/)
})

test('a folder of something else is refused', async () => {
  await writeFile(join(out, 'thesis.txt'), 'precious')
  await expect(open()).rejects.toThrow(/expected an empty folder/)
})
