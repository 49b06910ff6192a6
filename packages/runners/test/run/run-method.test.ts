import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Manifest, ManifestClip } from '@kinemetric/benchmark'
import { fileError, readJson } from '@kinemetric/files'
import { frameArray, readFrames } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  type Condition,
  findMethod,
  type GenerateAsk,
  type Generation,
  type Generator,
  type Method,
  runMethod,
} from '../../src/index.ts'
import { smallManifest } from '../small-manifest.ts'
import { treeOf } from '../tree-of.ts'

const { folder, manifest } = await smallManifest(2)

function largestChange(a: Uint8Array, b: Uint8Array, frame: number): number {
  const size = 256 * 384 * 3
  let largest = 0
  for (let i = frame * size; i < (frame + 1) * size; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]))
  return largest
}

test('static repeats frame 0 exactly, for every clip', async () => {
  const out = join(folder, 'static')
  const result = await runMethod({ method: await findMethod('static'), manifest, out })
  expect(result).toEqual({ done: 2, resumed: 0, failures: [] })
  for (const clip of manifest.clips) {
    const { pixels } = await readFrames(join(out, clip.id, 's0'))
    const reference = await readFrames(join(manifest.root, clip.reference?.path ?? ''))
    expect(pixels.shape).toEqual(reference.pixels.shape)
    const size = 256 * 384 * 3
    const first = reference.pixels.data.subarray(0, size)
    for (let t = 0; t < 14; t++) {
      expect(Buffer.compare(pixels.data.subarray(t * size, (t + 1) * size), first)).toBe(0)
    }
  }
})

test('driver-only agrees with the reference before the first contact, and differs after it', async () => {
  const out = join(folder, 'driver-only')
  await runMethod({ method: await findMethod('driver-only'), manifest, out })
  const clip = manifest.clips[0]
  const generated = await readFrames(join(out, clip.id, 's0'))
  const reference = await readFrames(join(manifest.root, clip.reference?.path ?? ''))
  // The noise of two takes is below 3 levels each; a body that moved changes pixels by tens of levels.
  expect(largestChange(generated.pixels.data, reference.pixels.data, 2)).toBeLessThanOrEqual(6)
  expect(largestChange(generated.pixels.data, reference.pixels.data, 13)).toBeGreaterThan(40)
})

test('a second run keeps what is complete and makes what is missing', async () => {
  const out = join(folder, 'resume')
  const method = await findMethod('static')
  await runMethod({ method, manifest, out })
  await rm(join(out, manifest.clips[1].id, 's0', 'item.json'))
  expect(await runMethod({ method, manifest, out })).toEqual({ done: 2, resumed: 1, failures: [] })
})

test('a sample of which a frame is gone or empty is made again, which is said; what lies behind a link is let be', async () => {
  const out = join(folder, 'lacking')
  const warnings: string[] = []
  const options = {
    method: await findMethod('static'),
    manifest,
    out,
    onWarning: (text: string) => warnings.push(text),
  }
  await runMethod(options)
  const tree = await treeOf(out)
  const [first, second] = manifest.clips.map(({ id }) => join(out, id, 's0'))
  await rm(join(first, 'frame_0003.png'))
  await writeFile(join(second, 'frame_0013.png'), '')
  expect(await runMethod(options)).toMatchObject({ done: 2, resumed: 0 })
  expect(warnings).toEqual(
    manifest.clips.map(({ id }) => `${id}/s0 is not what was made (files were changed or lost): it is made again`),
  )
  expect(await treeOf(out)).toEqual(tree)
  const aside = join(folder, 'lacking aside')
  await rename(join(first, '..'), aside)
  await rm(join(aside, 's0', 'frame_0003.png'))
  await symlink(aside, join(first, '..'))
  await runMethod(options)
  expect(existsSync(join(aside, 's0', 'frame_0004.png'))).toBe(true)
})

test('a folder of another run, or of something else, is refused', async () => {
  const out = join(folder, 'other')
  await runMethod({ method: await findMethod('static'), manifest, out })
  await expect(runMethod({ method: await findMethod('blurred-reference'), manifest, out })).rejects.toThrow(
    /same method/,
  )
  const foreign = join(folder, 'foreign')
  await mkdir(foreign)
  await writeFile(join(foreign, 'thesis.txt'), 'precious')
  await expect(runMethod({ method: await findMethod('static'), manifest, out: foreign })).rejects.toThrow(
    /expected an empty folder/,
  )
  expect(await readdir(foreign)).toEqual(['thesis.txt'])
})

test('two runs into one folder: the second is refused; a lock of a dead process is taken over', async () => {
  const out = join(folder, 'locked')
  const method = await findMethod('static')
  await mkdir(out)
  const held = (pid: number) => writeFile(join(out, '.lock'), JSON.stringify({ pid, host: hostname(), born: null }))
  await held(process.pid)
  await expect(runMethod({ method, manifest, out })).rejects.toThrow(/expected no other run here, found process \d+/)
  await held(999_999_999)
  expect((await runMethod({ method, manifest, out })).done).toBe(2)
})

/** A method whose code is the test's own. */
async function methodOf(own: Partial<Generator>): Promise<Method> {
  const { spec } = await findMethod('static')
  const generator = { concurrent: 2, weights: [], generate: generateGrey, close: () => Promise.resolve(), ...own }
  const load = () => Promise.resolve(() => Promise.resolve(generator))
  return { spec, folder, native: { id: 'static', sees: 'condition', load } }
}

const generateGrey = (condition: Condition) => Promise.resolve(grey(condition))

function grey({ frames: count, size: [height, width] }: Pick<Condition, 'frames' | 'size'>): Generation {
  const pixels = frameArray(new Uint8Array(count * height * width * 3).fill(128), count, height, width)
  return { frames: { pixels, fps: 6 }, isInput: Array.from({ length: count }, () => false), noise: null, notes: [] }
}

const readJsonFile = (...path: string[]) => readJson(join(folder, ...path), z.record(z.string(), z.unknown()))

const many = (count: number): Manifest => ({
  ...manifest,
  clips: Array.from({ length: count }, (_, i): ManifestClip => ({ ...manifest.clips[0], id: `clip-${i}` })),
})

test.each([1, 3])('as many clips at a time as the generator says: %i', async (concurrent) => {
  let now = 0
  let most = 0
  const generate = async (condition: Condition) => {
    most = Math.max(most, ++now)
    await condition.image()
    now--
    return grey(condition)
  }
  const out = join(folder, `concurrent-${concurrent}`)
  await runMethod({ method: await methodOf({ concurrent, generate }), manifest: many(5), out })
  expect(most).toBe(concurrent)
})

test('while a clip has its steps the next one is read; where that fails it fails that clip alone', async () => {
  const all = many(4)
  const clips = all.clips.map((clip, i) => (i === 2 ? { ...clip, image: { ...clip.image, path: 'none.png' } } : clip))
  const atOnce: Record<string, boolean> = {}
  const generate: Generator['generate'] = async (condition, { onStep }) => {
    const image = condition.image()
    // What was read before is had without the disk, which takes turns of the event loop.
    const turn = new Promise((resolve) => setImmediate(resolve, 'turn'))
    atOnce[condition.clip] = (await Promise.race([image, turn])) !== 'turn'
    await image
    onStep?.(1, 2)
    await new Promise((resolve) => setTimeout(resolve, 500))
    onStep?.(2, 2)
    return grey(condition)
  }
  const { done, failures } = await runMethod({
    method: await methodOf({ concurrent: 1, generate }),
    manifest: { ...all, clips },
    out: join(folder, 'ahead'),
  })
  expect(failures).toMatchObject([{ clip: 'clip-2', message: expect.stringContaining('none.png') }])
  expect(done).toBe(3)
  // The one after the clip that failed had no steps to be read in.
  expect(atOnce).toEqual({ 'clip-0': false, 'clip-1': true, 'clip-3': false })
})

test('a generator is asked for a sample of a seed, tells its steps, noise and weights, and is closed', async () => {
  const asked: Pick<GenerateAsk, 'seed' | 'sample'>[] = []
  const steps: unknown[] = []
  let closed = 0
  const noise = { algorithm: 'philox', sha256: 'ab'.repeat(32) }
  const weights = [{ id: 'net', sha256: 'cd'.repeat(32), licence: 'MIT' }]
  const method = await methodOf({
    weights,
    generate: (condition, { seed, sample, onStep }) => {
      asked.push({ seed, sample })
      onStep?.(1, 25)
      return Promise.resolve({ ...grey(condition), noise, notes: ['made up'] })
    },
    close: () => {
      closed++
      return Promise.resolve()
    },
  })
  const out = join(folder, 'asked')
  await runMethod({ method, manifest: many(1), out, onProgress: (event) => steps.push(event) })
  expect(asked).toEqual([{ seed: 0, sample: 0 }])
  expect(steps).toEqual([
    { done: 0, total: 1, clip: 'clip-0', failed: 0, step: { done: 1, total: 25 } },
    { done: 1, total: 1, clip: 'clip-0', failed: 0 },
  ])
  expect(await readJsonFile('asked', 'clip-0', 's0', 'item.json')).toMatchObject({
    status: 'ok',
    seed: 0,
    noise,
    notes: ['made up'],
  })
  expect(await readJsonFile('asked', 'run.json')).toMatchObject({ weights, counts: { total: 1, ok: 1, failed: 0 } })
  expect(closed).toBe(1)
})

test('what breaks over a clip is its failure, told without folders, and the others are made', async () => {
  const generate = async (condition: Condition) => {
    if (condition.clip === 'clip-0')
      throw fileError('invalid', join(folder, 'scene.json'), { expected: 'a', found: 'b' })
    if (condition.clip === 'clip-1') throw new TypeError('a bug')
    if (condition.clip === 'clip-2') return grey({ ...condition, frames: 13 })
    if (condition.clip === 'clip-3') return { ...grey(condition), isInput: [true] }
    return grey(condition)
  }
  const out = join(folder, 'failing')
  const { done, failures } = await runMethod({ method: await methodOf({ generate }), manifest: many(5), out })
  expect(done).toBe(1)
  expect(failures).toEqual([
    { clip: 'clip-0', message: 'scene.json: expected a, found b' },
    { clip: 'clip-1', message: 'a bug' },
    { clip: 'clip-2', message: 'expected 14 frames of 256×384 (height × width), found 13 of 256×384' },
    { clip: 'clip-3', message: 'expected a word on each of 14 frames, found 1' },
  ])
  const item = await readJsonFile('failing', 'clip-0', 's0', 'item.json')
  expect(item).toEqual({ status: 'failed', error: { type: 'invalid', message: failures[0].message } })
  const again = await runMethod({ method: await methodOf({}), manifest: many(5), out })
  expect(again).toEqual({ done: 5, resumed: 1, failures: [] })
})

test('a full disk and an abort end the run; what is complete is kept', async () => {
  const full = await methodOf({
    concurrent: 1,
    generate: async (condition) => {
      if (condition.clip === 'clip-1') throw fileError('disk-full', 'x', 'no space left')
      return grey(condition)
    },
  })
  const out = join(folder, 'full')
  await expect(runMethod({ method: full, manifest: many(4), out })).rejects.toMatchObject({ code: 'disk-full' })
  expect(existsSync(join(out, 'clip-2'))).toBe(false)
  const controller = new AbortController()
  const stopping = await methodOf({
    concurrent: 1,
    generate: async (condition, { signal }) => {
      if (condition.clip === 'clip-2') controller.abort(new Error('enough'))
      signal.throwIfAborted()
      return grey(condition)
    },
  })
  const aborted = runMethod({ method: stopping, manifest: many(4), out, signal: controller.signal })
  await expect(aborted).rejects.toThrow('enough')
  expect(await runMethod({ method: await methodOf({}), manifest: many(4), out })).toEqual({
    done: 4,
    resumed: 2,
    failures: [],
  })
})

test('a clip that the method cannot do is a failure before anything runs; where it can do none, nothing is written', async () => {
  const [first, second] = manifest.clips
  const bare: ManifestClip = { ...second, assets: undefined }
  const method = await findMethod('driver-only')
  const out = join(folder, 'unfit')
  const some = { ...manifest, clips: [first, bare] }
  const message = "expected scene.json beside the clip's video, found none"
  expect(await runMethod({ method, manifest: some, out })).toEqual({
    done: 1,
    resumed: 0,
    failures: [{ clip: second.id, message }],
  })
  const item = await readJsonFile('unfit', second.id, 's0', 'item.json')
  expect(item).toEqual({ status: 'failed', error: { type: 'unfit-clip', message } })
  const none = join(folder, 'unfit-none')
  await expect(runMethod({ method, manifest: { ...manifest, clips: [bare] }, out: none })).rejects.toMatchObject({
    code: 'unfit-manifest',
    where: 'driver-only',
    message: /expected scene\.json beside .*found none in physics-0001/,
  })
  expect(existsSync(none)).toBe(false)
})

test('settings are those of method.json: read, checked, and refused where it has none of that name', async () => {
  const method = await findMethod('blurred-reference')
  const run = (name: string, config: Record<string, unknown>) =>
    runMethod({ method, manifest: many(1), out: join(folder, name), config })
  await run('sigma-default', {})
  await run('sigma-1', { sigma: 1 })
  const frame = (name: string) => readFile(join(folder, name, 'clip-0', 's0', 'frame_0003.png'))
  expect(Buffer.compare(await frame('sigma-default'), await frame('sigma-1'))).not.toBe(0)
  expect(await readJsonFile('sigma-1', 'run.json')).toMatchObject({ config: { sigma: 1 } })
  await expect(run('sigma-x', { sigma: 'x' })).rejects.toMatchObject({ code: 'bad-option', message: /sigma: .*number/ })
  await expect(run('tau', { tau: 1 })).rejects.toMatchObject({
    code: 'bad-option',
    expected: 'a setting of blurred-reference (sigma: a number from 0.01 to 100)',
    found: 'tau',
  })
  await expect(runMethod({ method, manifest, out: join(folder, 'cuda'), device: 'cuda' })).rejects.toMatchObject({
    code: 'bad-option',
    where: 'device',
  })
})

test('an unfinished run of an earlier version goes on, whose method.json had fields that nothing reads', async () => {
  const out = join(folder, 'earlier')
  const method = await findMethod('static')
  await runMethod({ method, manifest, out })
  const run = await readJsonFile('earlier', 'run.json')
  const { capabilities, output, ...spec } = method.spec
  const former = {
    ...spec,
    weights: [],
    presets: {},
    capabilities: { ...capabilities, image: true },
    output: { ...output, includesInputFrame: true },
  }
  await writeFile(join(out, 'run.json'), JSON.stringify({ ...run, method: former }))
  expect(await runMethod({ method, manifest, out })).toEqual({ done: 2, resumed: 2, failures: [] })
})

test('several samples a clip: each from its own seed; a folder with fewer is filled up, and what is there is kept', async () => {
  const out = join(folder, 'samples')
  const asked: string[] = []
  const generate = (condition: Condition, { seed, sample }: GenerateAsk) => {
    asked.push(`${condition.clip} ${seed} ${sample}`)
    return Promise.resolve(grey(condition))
  }
  const method = await methodOf({ generate, concurrent: 1 })
  expect(await runMethod({ method, manifest, out })).toEqual({ done: 2, resumed: 0, failures: [] })
  expect(await readJsonFile('samples', 'run.json')).not.toHaveProperty('samples')
  expect(await runMethod({ method, manifest, out, samples: 3 })).toEqual({
    done: 6,
    resumed: 2,
    failures: [],
    samples: 3,
  })
  const [a, b] = manifest.clips.map(({ id }) => id)
  expect(asked).toEqual([`${a} 0 0`, `${b} 0 0`, `${a} 1 1`, `${b} 1 1`, `${a} 2 2`, `${b} 2 2`])
  expect((await readdir(join(out, a))).sort()).toEqual(['s0', 's1', 's2'])
  expect(await readJsonFile('samples', a, 's2', 'item.json')).toMatchObject({ status: 'ok', seed: 2 })
  expect(await readJsonFile('samples', 'run.json')).toMatchObject({ samples: 3, counts: { total: 6, ok: 6 } })
  await rm(join(out, b, 's1'), { recursive: true })
  expect(await runMethod({ method, manifest, out, samples: 3 })).toMatchObject({ done: 6, resumed: 5 })
  await expect(runMethod({ method, manifest, out, samples: 0 })).rejects.toMatchObject({ code: 'bad-option' })
})

const unluckyWithOne = (condition: Condition, { seed }: GenerateAsk) =>
  seed === 1 ? Promise.reject(new Error('unlucky')) : Promise.resolve(grey(condition))

test('a sample that fails is told by its number, the others of the clip are there', async () => {
  const out = join(folder, 'samples-failing')
  const { done, failures } = await runMethod({
    method: await methodOf({ generate: unluckyWithOne }),
    manifest,
    out,
    samples: 2,
  })
  expect(done).toBe(2)
  expect(failures).toEqual(manifest.clips.map(({ id }) => ({ clip: id, sample: 1, message: 'unlucky' })))
})

test('what a method is taken for is no part of what it makes: a run goes on whose method.json said no floor', async () => {
  const out = join(folder, 'before-bounds')
  const method = await findMethod('static')
  expect(method.spec.bound).toBe('floor')
  await runMethod({ method, manifest, out })
  const { bound: _bound, ...former } = method.spec
  await writeFile(
    join(out, 'run.json'),
    JSON.stringify({ ...(await readJsonFile('before-bounds', 'run.json')), method: former }),
  )
  expect(await runMethod({ method, manifest, out })).toMatchObject({ resumed: 2 })
})

test('what a run that was killed at its first file left is no other folder: the next run begins', async () => {
  const { folder, manifest } = await smallManifest(1)
  const out = join(folder, 'killed')
  await mkdir(out)
  // As versions before called unfinished files, and as this one does.
  await writeFile(join(out, 'run.json.4242.partial'), '{"meth')
  await writeFile(join(out, '.run.json.4242-00000000.partial'), '{"meth')
  expect(await runMethod({ method: await findMethod('static'), manifest, out })).toMatchObject({
    done: 1,
    failures: [],
  })
})

test('no member that every object has is a built-in method', async () => {
  const { folder } = await smallManifest(1)
  for (const id of ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf']) {
    await expect(findMethod(id)).rejects.toMatchObject({ code: 'unknown-method' })
    const path = join(folder, 'method.json')
    const spec = (await findMethod('static')).spec
    await writeFile(path, JSON.stringify({ ...spec, id }))
    await expect(findMethod(path)).rejects.toMatchObject({ code: expect.stringMatching(/^(unknown-method|bad-spec)$/) })
  }
})
