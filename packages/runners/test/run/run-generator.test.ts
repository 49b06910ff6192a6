import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { type Condition, type GenerateAsk, type Generator, runMethod } from '../../src/index.ts'
import { smallManifest } from '../small-manifest.ts'
import { grey, many, methodOf, readJsonFile } from './own-generator.ts'

const { folder, manifest } = await smallManifest(2)

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
  await runMethod({ method: await methodOf(folder, { concurrent, generate }), manifest: many(manifest, 5), out })
  expect(most).toBe(concurrent)
})

test('while a clip has its steps the next one is read; where that fails it fails that clip alone', async () => {
  const all = many(manifest, 4)
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
    method: await methodOf(folder, { concurrent: 1, generate }),
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
  const method = await methodOf(folder, {
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
  await runMethod({ method, manifest: many(manifest, 1), out, onProgress: (event) => steps.push(event) })
  expect(asked).toEqual([{ seed: 0, sample: 0 }])
  expect(steps).toEqual([
    { done: 0, total: 1, clip: 'clip-0', failed: 0, step: { done: 1, total: 25 } },
    { done: 1, total: 1, clip: 'clip-0', failed: 0 },
  ])
  expect(await readJsonFile(folder, 'asked', 'clip-0', 's0', 'item.json')).toMatchObject({
    status: 'ok',
    seed: 0,
    noise,
    notes: ['made up'],
  })
  expect(await readJsonFile(folder, 'asked', 'run.json')).toMatchObject({
    weights,
    counts: { total: 1, ok: 1, failed: 0 },
  })
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
  const { done, failures } = await runMethod({
    method: await methodOf(folder, { generate }),
    manifest: many(manifest, 5),
    out,
  })
  expect(done).toBe(1)
  expect(failures).toEqual([
    { clip: 'clip-0', message: 'scene.json: expected a, found b' },
    { clip: 'clip-1', message: 'a bug' },
    { clip: 'clip-2', message: 'expected 14 frames of 256×384 (height × width), found 13 of 256×384' },
    { clip: 'clip-3', message: 'expected a word on each of 14 frames, found 1' },
  ])
  const item = await readJsonFile(folder, 'failing', 'clip-0', 's0', 'item.json')
  expect(item).toEqual({ status: 'failed', error: { type: 'invalid', message: failures[0].message } })
  const again = await runMethod({ method: await methodOf(folder, {}), manifest: many(manifest, 5), out })
  expect(again).toEqual({ done: 5, resumed: 1, failures: [] })
})

test('a full disk and an abort end the run; what is complete is kept', async () => {
  const full = await methodOf(folder, {
    concurrent: 1,
    generate: async (condition) => {
      if (condition.clip === 'clip-1') throw fileError('disk-full', 'x', 'no space left')
      return grey(condition)
    },
  })
  const out = join(folder, 'full')
  await expect(runMethod({ method: full, manifest: many(manifest, 4), out })).rejects.toMatchObject({
    code: 'disk-full',
  })
  expect(existsSync(join(out, 'clip-2'))).toBe(false)
  const controller = new AbortController()
  const stopping = await methodOf(folder, {
    concurrent: 1,
    generate: async (condition, { signal }) => {
      if (condition.clip === 'clip-2') controller.abort(new Error('enough'))
      signal.throwIfAborted()
      return grey(condition)
    },
  })
  const aborted = runMethod({ method: stopping, manifest: many(manifest, 4), out, signal: controller.signal })
  await expect(aborted).rejects.toThrow('enough')
  expect(await runMethod({ method: await methodOf(folder, {}), manifest: many(manifest, 4), out })).toEqual({
    done: 4,
    resumed: 2,
    failures: [],
  })
})

test('several samples a clip: each from its own seed; a folder with fewer is filled up, and what is there is kept', async () => {
  const out = join(folder, 'samples')
  const asked: string[] = []
  const generate = (condition: Condition, { seed, sample }: GenerateAsk) => {
    asked.push(`${condition.clip} ${seed} ${sample}`)
    return Promise.resolve(grey(condition))
  }
  const method = await methodOf(folder, { generate, concurrent: 1 })
  expect(await runMethod({ method, manifest, out })).toEqual({ done: 2, resumed: 0, failures: [] })
  expect(await readJsonFile(folder, 'samples', 'run.json')).not.toHaveProperty('samples')
  expect(await runMethod({ method, manifest, out, samples: 3 })).toEqual({
    done: 6,
    resumed: 2,
    failures: [],
    samples: 3,
  })
  const [a, b] = manifest.clips.map(({ id }) => id)
  expect(asked).toEqual([`${a} 0 0`, `${b} 0 0`, `${a} 1 1`, `${b} 1 1`, `${a} 2 2`, `${b} 2 2`])
  expect((await readdir(join(out, a))).sort()).toEqual(['s0', 's1', 's2'])
  expect(await readJsonFile(folder, 'samples', a, 's2', 'item.json')).toMatchObject({ status: 'ok', seed: 2 })
  expect(await readJsonFile(folder, 'samples', 'run.json')).toMatchObject({ samples: 3, counts: { total: 6, ok: 6 } })
  await rm(join(out, b, 's1'), { recursive: true })
  expect(await runMethod({ method, manifest, out, samples: 3 })).toMatchObject({ done: 6, resumed: 5 })
  await expect(runMethod({ method, manifest, out, samples: 0 })).rejects.toMatchObject({ code: 'bad-option' })
})

const unluckyWithOne = (condition: Condition, { seed }: GenerateAsk) =>
  seed === 1 ? Promise.reject(new Error('unlucky')) : Promise.resolve(grey(condition))

test('a sample that fails is told by its number, the others of the clip are there', async () => {
  const out = join(folder, 'samples-failing')
  const { done, failures } = await runMethod({
    method: await methodOf(folder, { generate: unluckyWithOne }),
    manifest,
    out,
    samples: 2,
  })
  expect(done).toBe(2)
  expect(failures).toEqual(manifest.clips.map(({ id }) => ({ clip: id, sample: 1, message: 'unlucky' })))
})
