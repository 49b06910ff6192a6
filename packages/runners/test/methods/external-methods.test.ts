import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashFile, ownFolder } from '@kinemetric/files'
import { readItem, sampleFolder } from '@kinemetric/records'
import { contiguous, readFrames, readImage, sliceFrames } from '@kinemetric/video'
import { afterAll, describe, expect, test } from 'vitest'
import { changedManifest } from '../../src/conformance/manifest-variants.ts'
import { makeTestClips } from '../../src/conformance/test-clips.ts'
import { findMethod, type Method, runMethod, testMethod } from '../../src/index.ts'

// The wrappers' part of the contract, with a stand-in for the code that they run: no network, no weights, Python's standard library alone.
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-external-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const hasPython = spawnSync('python3', ['--version']).status === 0
const [side, frames] = [16, 14]

const methods = [
  {
    id: 'seer',
    weights: ['pytorch_model.bin', 'pytorch_model_1.bin'].map(
      (name) => `outputs/sthv2_seer/learned_sdunet-steps-200000/${name}`,
    ),
    given: 2,
    note: '16 frames sampled, the first 14 kept; the given frame stands for the first 2',
  },
  {
    id: 'dynamicrafter',
    weights: ['checkpoints/dynamicrafter_256_v1/model.ckpt', 'configs/inference_256_v1.0.yaml'],
    given: 0,
    note: '16 frames sampled, the first 14 kept',
  },
]

/** The wrapper of a method for small frames, and beside it what stands in for the repository that it runs. */
async function wrapperOf(id: string, weights: readonly string[], name = id): Promise<Method> {
  const baselines = join(folder, name, 'baselines')
  const place = join(baselines, id)
  await cp(join(ownFolder('baselines'), id), place, { recursive: true })
  await cp(join(ownFolder('baselines'), 'process_contract.py'), join(baselines, 'process_contract.py'))
  const stand = join(import.meta.dirname, '..', 'upstream')
  await cp(join(stand, id), join(place, 'upstream'), { recursive: true })
  await cp(join(stand, 'tensor.py'), join(place, 'tensor.py'))
  for (const file of weights) {
    await mkdir(join(place, 'upstream', file, '..'), { recursive: true })
    await writeFile(join(place, 'upstream', file), '')
  }
  const spec: { id: string; capabilities: object } = JSON.parse(await readFile(join(place, 'method.json'), 'utf8'))
  // A copy of a method that comes along has a name of its own.
  spec.id = `${id}-copy`
  spec.capabilities = { ...spec.capabilities, resolutions: [[side, side]] }
  await writeFile(join(place, 'method.json'), JSON.stringify(spec))
  return findMethod(place)
}

describe.each(methods)('$id', ({ id, weights, given, note }) => {
  test('says whose code it runs, at which commit, and by which recipe its environment is made', async () => {
    const { spec, folder: place } = await findMethod(id)
    expect(spec).toMatchObject({ id, implementationStatus: 'contract-tested' })
    const { commit = '', environment } = spec.code ?? {}
    expect(environment?.sha256).toBe(await hashFile(join(place, environment?.file ?? '')))
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
    for (const file of ['generate.py', 'environment.sh'])
      expect(await readFile(join(place, file), 'utf8')).toContain(commit)
  })

  test.skipIf(!hasPython)('makes of what the code returns lossless frames', { timeout: 60_000 }, async () => {
    const method = await wrapperOf(id, weights)
    const manifest = await makeTestClips(method.spec, join(folder, id, 'clips'), { size: [side, side], frames })
    const out = join(folder, id, 'generated')
    expect(await runMethod({ method, manifest, out, device: 'cuda' })).toEqual({ done: 2, resumed: 0, failures: [] })
    const [{ id: clip, image }] = manifest.clips
    const sample = sampleFolder(out, clip)
    const { pixels } = await readFrames(sample)
    expect(pixels.shape).toEqual([frames, side, side, 3])
    const first = contiguous(await readImage(join(manifest.root, image.path))).data
    for (let t = 0; t < frames; t++) {
      const { data } = contiguous(sliceFrames(pixels, t, 1, 1))
      const drawn = [0, 1, 2].map((c) => 10 * (t - given) + c)
      expect(Array.from(data.subarray(3 * side, 3 * side + 3))).toEqual(
        t < given ? Array.from(first.subarray(3 * side, 3 * side + 3)) : drawn,
      )
    }
    expect(await readItem(sample)).toMatchObject({
      status: 'ok',
      seed: 0,
      frameIsInput: Array.from({ length: frames }, (_, t) => t < given),
      notes: [note],
    })
  })

  test.skipIf(!hasPython)('passes the conformance test', { timeout: 300_000 }, async () => {
    const method = await wrapperOf(id, weights, `${id}-conformance`)
    const results = await testMethod({ method, folder: join(folder, `${id}-tested`), device: 'cuda' })
    expect(results.filter(({ verdict }) => verdict === 'fail')).toEqual([])
  })

  test.skipIf(!hasPython)('what breaks over one item is its failure alone', { timeout: 60_000 }, async () => {
    const method = await wrapperOf(id, weights, `${id}-breaking`)
    const clips = await makeTestClips(method.spec, join(folder, `${id}-breaking`, 'clips'), {
      size: [side, side],
      frames: 4,
    })
    const [first] = clips.clips
    const breaking = await changedManifest(clips, 'breaking', (clip) => ({
      ...clip,
      label: clip.id === first.id ? 'BREAK' : clip.label,
    }))
    const run = { method, manifest: breaking, out: join(folder, `${id}-breaking`, 'generated'), device: 'cuda' }
    const { done, failures } = await runMethod(run)
    expect({ done, failures }).toMatchObject({ done: 1, failures: [{ clip: first.id, message: /CUDA out of memory/ }] })
    const whole = await runMethod({ ...run, manifest: clips, out: join(folder, `${id}-breaking`, 'whole') })
    expect(whole).toMatchObject({ done: 2, failures: [] })
  })

  test.skipIf(!hasPython)('without the code or the weights it says what is missing', { timeout: 60_000 }, async () => {
    const method = await wrapperOf(id, [], `${id}-bare`)
    const manifest = await makeTestClips(method.spec, join(folder, `${id}-bare`, 'clips'), {
      size: [side, side],
      frames: 4,
    })
    const run = (name: string, config = {}) =>
      runMethod({ method, manifest, out: join(folder, `${id}-bare`, name), device: 'cuda', config })
    await expect(run('no-weights')).rejects.toMatchObject({ kind: 'missing', code: 'method-weights' })
    await expect(run('no-code', { upstream: 'nowhere' })).rejects.toMatchObject({
      code: 'process-failed',
      details: { lastLines: [expect.stringMatching(/expected https:.* at [0-9a-f]{40} in .*nowhere/)] },
    })
  })
})
