import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson } from '@kinemetric/files'
import { openCheckpoint, readTensor, writeSafetensors } from '@kinemetric/networks'
import { probeSceneSchema } from '@kinemetric/records'
import { contiguous, frameArray, hashFrames, readFrames } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { conditionOf } from '../../src/generator/condition.ts'
import { findMethod, planRun, type RunClip, runMethod, withPairs } from '../../src/index.ts'
import { latentGenerator } from '../../src/latent/latent-generator.ts'
import { writeInputManifest } from '../../src/execution/input-manifest.ts'
import { floats } from '../../src/sampling/tensors.ts'
import { fakeModel } from '../fake-latent-model.ts'
import { smallManifest } from '../small-manifest.ts'

const { folder, manifest } = await smallManifest(1, { pairs: true })
const [clip] = manifest.clips
const [, pair] = withPairs(manifest.clips)
/** The same, and nobody knows what happens without the driver. */
const unknown = {
  ...manifest,
  clips: [{ ...clip, pairs: clip.pairs!.map((each) => ({ ...each, reference: undefined })) }],
}
/** The pair as if it were a clip. */
const alone = { ...manifest, clips: [{ ...pair, without: undefined }] }

const run = async (id: string, more: Partial<Parameters<typeof runMethod>[0]> = {}) => {
  const out = join(folder, 'runs', `${id} ${Object.keys(more).join(' ')}`)
  return { out, result: await runMethod({ method: await findMethod(id), manifest, out, ...more }) }
}
const framesOf = async (out: string, name: string) => (await readFrames(join(out, name, 's0'))).pixels

test('a demo scene has a pair: the clip without its driver, in which nothing moves, and the scene that says so', async () => {
  expect(clip.pairs).toMatchObject([{ without: 'driver', id: `${clip.id}.without-driver` }])
  const { pixels } = await readFrames(join(manifest.root, pair.reference!.path))
  expect(hashFrames(pixels)).toBe(pair.reference!.framesSha256)
  const size = 256 * 384 * 3
  const far = (a: number, b: number) => {
    let largest = 0
    for (let i = 0; i < size; i++)
      largest = Math.max(largest, Math.abs(pixels.data[a * size + i] - pixels.data[b * size + i]))
    return largest
  }
  // The camera's noise alone, three levels each.
  expect(far(0, 13)).toBeLessThanOrEqual(6)
  const scene = await readJson(join(manifest.root, clip.assets!['probe-scene.json'].path), probeSceneSchema)
  const [{ affected, truth, excluded }] = scene.pairs
  expect(excluded).toBeNull()
  expect(affected.length).toBeGreaterThan(0)
  const hit = scene.objects.find(({ id }) => id === affected[0].object)!
  expect(hit.depth).toBe(1)
  // What is hit moves, not before the hit, and without the driver not at all.
  expect(hit.onset).toBeGreaterThanOrEqual(affected[0].outputFrame)
  for (const track of Object.values(truth!))
    for (const point of track) expect(Math.hypot(point![0] - track[0]![0], point![1] - track[0]![1])).toBeLessThan(1e-3)
})

test('pairs are clips with another control signal, the clip’s noise, and a reference where there is one', () => {
  expect(pair).toMatchObject({
    id: `${clip.id}.without-driver`,
    noiseKey: clip.id,
    without: 'driver',
    image: clip.image,
  })
  expect(pair).not.toHaveProperty('pairs')
  expect(pair.control).toEqual(clip.pairs![0].control)
  const [own, blind] = withPairs(unknown.clips)
  expect(own).toEqual({ ...unknown.clips[0], noiseKey: clip.id })
  expect(blind).toMatchObject({ schema: 'kinemetric/prompt@1', reference: undefined })
})

test('static makes the pair beside its clip; --no-pairs leaves it out, and a later run makes what is missing', async () => {
  const { out, result } = await run('static', { pairs: false })
  expect(result).toEqual({ done: 1, resumed: 0, failures: [] })
  expect((await readdir(out)).filter((name) => !name.includes('.json') && !name.startsWith('.'))).toEqual([clip.id])
  const again = await run('static', { out })
  expect(again.result).toEqual({ done: 1, resumed: 1, failures: [], pairs: { done: 1, resumed: 0 } })
  expect(hashFrames(await framesOf(out, pair.id))).toBe(hashFrames(await framesOf(out, clip.id)))
  const third = await run('static', { out })
  expect(third.result.pairs).toEqual({ done: 1, resumed: 1 })
  expect(JSON.parse(await readFile(join(out, 'run.json'), 'utf8'))).toMatchObject({
    counts: { total: 1, ok: 1, failed: 0 },
    pairs: { total: 1, ok: 1, failed: 0 },
  })
})

test('driver-only draws no driver where the control signal shows none', async () => {
  const { out } = await run('driver-only', { manifest: alone })
  const { data } = contiguous(await framesOf(out, pair.id))
  const truth = contiguous((await readFrames(join(manifest.root, pair.reference!.path))).pixels).data
  let largest = 0
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i] - truth[i]))
  // Nothing moves in either; two takes differ by the camera's noise.
  expect(largest).toBeLessThanOrEqual(6)
})

test('mask-warp: without a mask the picture stands still, and item.json says why', async () => {
  const { out, result } = await run('mask-warp', { manifest: alone })
  expect(result).toMatchObject({ done: 1, failures: [] })
  const made = await framesOf(out, pair.id)
  const size = 256 * 384 * 3
  expect(Buffer.compare(made.data.subarray(0, size), made.data.subarray(13 * size))).toBe(0)
  expect(await readFile(join(out, pair.id, 's0', 'item.json'), 'utf8')).toContain('frame 0 is empty')
})

test('what is given the reference gets the pair’s; where nobody knows it the pair alone fails, and says so', async () => {
  const { out } = await run('re-encoded-reference', { manifest: alone })
  const [made, truth] = [
    await framesOf(out, pair.id),
    (await readFrames(join(manifest.root, pair.reference!.path))).pixels,
  ]
  const [one, other] = [contiguous(made).data, contiguous(truth).data]
  let sum = 0
  for (let i = 0; i < one.length; i++) sum += Math.abs(one[i] - other[i])
  // What a codec loses, and no body that moved.
  expect(sum / one.length).toBeLessThan(6)
  const blind = await run('re-encoded-reference', { manifest: unknown, out: join(folder, 'runs', 'blind') })
  expect(blind.result).toMatchObject({ done: 1, pairs: { done: 0 } })
  expect(blind.result.failures).toEqual([
    { clip: pair.id, message: 'expected to know what happens without driver driver, found that it is not known' },
  ])
})

test('a plan counts pairs', async () => {
  expect(await planRun({ method: await findMethod('static'), manifest })).toMatchObject({ clips: 2, pairs: 1 })
  const without = { method: await findMethod('static'), manifest, pairs: false }
  expect(await planRun(without)).toMatchObject({ clips: 1, pairs: 0 })
})

test('a program is told of a pair by its own name, with the clip’s seed, and whose noise it has', async () => {
  const samples = withPairs(manifest.clips).map((each) => ({ clip: each, sample: 2 }))
  const text = await readFile(await writeInputManifest(manifest, samples, join(folder, 'told', '.input')), 'utf8')
  const [one, two] = text
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  expect(one).toMatchObject({ itemId: clip.id, seed: 2, sampleIndex: 2 })
  expect(one).not.toHaveProperty('noiseKey')
  expect(two).toMatchObject({ itemId: pair.id, seed: 2, sampleIndex: 2, noiseKey: clip.id, image: one.image })
  expect(two.control).not.toEqual(one.control)
})

/** Draws one stream and makes black frames. */
const generator = (noise?: string, dump?: string) =>
  latentGenerator(
    {
      id: 'interdyn',
      seed: 0,
      firstIsInput: false,
      sample: async (_, { noise, keep }) => {
        const drawn = await noise.draw('latents', [2, 3])
        keep?.('latents', floats(drawn, [2, 3]))
        return frameArray(new Uint8Array(2 * 3 * 64 * 64), 2, 64, 64)
      },
    },
    { model: fakeModel(({ latents }) => latents), weights: [] },
    { noise, dump },
  )

test('a generator draws for a pair what it draws for its clip, or takes what was given for it; it dumps under the pair’s own name', async () => {
  const noiseOf = async (of: RunClip, by = generator()) => {
    const condition = { ...conditionOf(manifest.root, of), size: [64, 64] as const, frames: 2 }
    const ask = { seed: 0, sample: 0, signal: new AbortController().signal }
    return (await by.generate(condition, ask)).noise
  }
  const [own, without] = withPairs(manifest.clips)
  expect(await noiseOf(without)).toEqual(await noiseOf(own))
  expect(await noiseOf({ ...own, id: 'b', noiseKey: 'b' })).not.toEqual(await noiseOf(own))

  const [given, dump] = ['given', 'dumped'].map((name) => join(folder, name))
  const latents = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }
  await writeSafetensors(join(given, clip.id, '0.safetensors'), new Map([['latents', latents]]))
  expect(await noiseOf(without, generator(given, dump))).toMatchObject({ algorithm: 'given' })
  const { tensors } = await openCheckpoint(join(dump, without.id, '0.safetensors'))
  expect(await readTensor(tensors.get('latents')!)).toEqual(latents.data)
})
