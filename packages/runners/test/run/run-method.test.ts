import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { ManifestClip } from '@kinemetric/benchmark'
import { readFrames } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { findMethod, runMethod } from '../../src/index.ts'
import { smallManifest } from '../small-manifest.ts'
import { treeOf } from '../tree-of.ts'
import { many, readJsonFile } from './own-generator.ts'

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
  const [clip] = manifest.clips
  await runMethod({ method: await findMethod('driver-only'), manifest: { ...manifest, clips: [clip] }, out })
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
  const item = await readJsonFile(folder, 'unfit', second.id, 's0', 'item.json')
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
    runMethod({ method, manifest: many(manifest, 1), out: join(folder, name), config })
  await run('sigma-default', {})
  await run('sigma-1', { sigma: 1 })
  const frame = (name: string) => readFile(join(folder, name, 'clip-0', 's0', 'frame_0003.png'))
  expect(Buffer.compare(await frame('sigma-default'), await frame('sigma-1'))).not.toBe(0)
  expect(await readJsonFile(folder, 'sigma-1', 'run.json')).toMatchObject({ config: { sigma: 1 } })
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
  const run = await readJsonFile(folder, 'earlier', 'run.json')
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

test('what a method is taken for is no part of what it makes: a run goes on whose method.json said no floor', async () => {
  const out = join(folder, 'before-bounds')
  const method = await findMethod('static')
  expect(method.spec.bound).toBe('floor')
  await runMethod({ method, manifest, out })
  const { bound: _bound, ...former } = method.spec
  await writeFile(
    join(out, 'run.json'),
    JSON.stringify({ ...(await readJsonFile(folder, 'before-bounds', 'run.json')), method: former }),
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
