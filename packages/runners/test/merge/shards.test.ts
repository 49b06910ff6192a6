import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, shardFiles } from '@kinemetric/benchmark'
import { takeLock } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { findMethod, planRunMerge, runMethod, runShardsStatus } from '../../src/index.ts'
import { maskManifest } from '../mask-manifest.ts'
import { copyingProgram, merge, runShards } from '../sharded-run.ts'
import { treeOf } from '../tree-of.ts'

const { folder, manifest } = await maskManifest(['ant', 'bee', 'cat', 'dog', 'eel', 'fox'], [32, 48], 3)
const place = (name: string) => join(folder, name)
const counts = process.env.KINEMETRIC_FULL === '1' ? [1, 2, 3] : [3]
const staticMethod = await findMethod('static')
/** Files that a run of all clips has none of, or calls otherwise. */
const ofShards = /\.shard\.json$|^run\..*log$|^manifest\.jsonl$|^config\.json$/
const madeIn = (name: string) => treeOf(place(name), ofShards)

/** The manifest with a clip without its driver behind each clip, and one clip that cannot be read. */
const paired: Manifest = {
  ...manifest,
  clips: manifest.clips.map((clip, i) => ({
    ...clip,
    ...(i === 2 ? { image: { path: 'none.png' } } : {}),
    pairs: [{ without: 'hand', id: `${clip.id}.without-hand`, control: clip.control! }],
  })),
}

test.each(counts)(
  '%i shards of one folder, made at the same time and merged, are the run of all clips',
  async (count) => {
    const options = { method: staticMethod, manifest: paired, samples: 2 }
    if (!existsSync(place('whole'))) await runMethod({ ...options, out: place('whole') })
    const out = `parts-${count}`
    await runShards(count, () => place(out), options)
    expect(existsSync(join(place(out), 'run.json'))).toBe(false)
    expect(await merge([place(out)])).toMatchObject({
      method: 'static',
      counts: { total: 12, ok: 10, failed: 2 },
      pairs: { total: 12, ok: 10, failed: 2 },
      shards: count,
      brought: 0,
    })
    const whole = await madeIn('whole')
    // Three frames and item.json of twenty samples, item.json of four that failed, run.json.
    expect(Object.keys(whole)).toHaveLength(20 * 4 + 4 + 1)
    expect(await madeIn(out)).toEqual(whole)
    // A clip without its driver is of its clip's shard.
    for (const { shards } of await runShardsStatus([place(out)]))
      for (const { measured } of shards) expect(measured % 4).toBe(0)
  },
)

test.each(counts)('a program: %i shards, each with its own list and log, are the run of all clips', async (count) => {
  const options = { method: await copyingProgram(place('program')), manifest }
  if (!existsSync(place('program-whole'))) await runMethod({ ...options, out: place('program-whole') })
  const out = `program-${count}`
  await runShards(count, () => place(out), options)
  await merge([place(out)])
  expect(await madeIn(out)).toEqual(await madeIn('program-whole'))
  const logs = await Promise.all(
    Array.from({ length: count }, (_, at) =>
      readFile(join(place(out), `run.${at + 1}-of-${count}.log`), 'utf8').catch(() => ''),
    ),
  )
  expect(
    logs
      .join('')
      .match(/made \w+/g)
      ?.toSorted(),
  ).toEqual(manifest.clips.map(({ id }) => `made ${id}`))
})

test('folders of their own come into another one by links, and copies of a shard count once', async () => {
  const options = { method: staticMethod, manifest }
  await runMethod({ ...options, out: place('all') })
  await runShards(2, (index) => place(`own-${index}`), options)
  // Somebody ran it twice.
  await runMethod({ ...options, out: place('own-1-again'), shard: { index: 1, count: 2 } })
  const told: string[] = []
  const conclude = await planRunMerge({
    folders: [place('own-2'), place('own-1-again'), place('own-1')],
    out: place('brought'),
    onProgress: (done, total, what) => void told.push(`${done} of ${total} ${what}`),
  })
  expect(told.at(-1)).toBe('6 of 6 samples read')
  const merged = await conclude()
  expect(told.at(-1)).toBe('6 of 6 samples brought')
  expect(merged).toMatchObject({ brought: 6, counts: { total: 6, ok: 6 } })
  expect(await treeOf(place('brought'))).toEqual(await madeIn('all'))
  const [clip] = Object.keys(await madeIn('own-2')).filter((path) => path.endsWith('frame_0001.png'))
  expect((await stat(join(place('brought'), clip))).ino).toBe((await stat(join(place('own-2'), clip))).ino)
  // A merge that was cut off before its end goes on; what is there stays.
  await rm(join(place('brought'), 'run.json'))
  await rm(join(place('brought'), 'cat'), { recursive: true })
  expect(await merge([place('own-1'), place('own-2')], place('brought'))).toMatchObject({ brought: 1 })
  expect(await treeOf(place('brought'))).toEqual(await madeIn('all'))
  // While it is at work the folder says that it is not merged.
  await rm(join(place('brought'), 'run.json'))
  await rm(join(place('brought'), 'cat'), { recursive: true })
  await writeFile(join(place('brought'), 'cat'), 'in the way')
  await expect(merge([place('own-1'), place('own-2')], place('brought'))).rejects.toThrow(
    /expected a folder, or nothing/,
  )
  expect((await shardFiles(place('brought'), 'run')).length).toBe(2)
  await rm(join(place('brought'), 'cat'))
  await merge([place('own-1'), place('own-2')], place('brought'))
  expect(await treeOf(place('brought'))).toEqual(await madeIn('all'))
  // It is the folder of a run of all clips, in which one goes on.
  expect(await runMethod({ ...options, out: place('brought'), samples: 2 })).toMatchObject({ done: 12, resumed: 6 })
})

const memory = '/dev/shm'
test.skipIf(!existsSync(memory))('onto another disk they are copied', async () => {
  await runShards(2, (index) => place(`far-${index}`), { method: staticMethod, manifest })
  const out = join(memory, `kinemetric-merged-${process.pid}`)
  try {
    expect(await merge([place('far-1'), place('far-2')], out)).toMatchObject({ brought: 6 })
    expect(await treeOf(out)).toEqual({
      ...(await madeIn('far-1')),
      ...(await madeIn('far-2')),
      'run.json': expect.any(String),
    })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
})

/** What a run of all clips makes by a method that takes time over each. */
async function warped() {
  if (!existsSync(place('unstopped')))
    await runMethod({ method: await findMethod('mask-warp'), manifest, samples: 3, out: place('unstopped') })
  return madeIn('unstopped')
}

test('a shard that was stopped says so, cannot be merged, and goes on', async () => {
  const options = { method: await findMethod('mask-warp'), manifest, samples: 3 }
  const out = place('stopped')
  await runMethod({ ...options, out, shard: { index: 2, count: 2 } })
  const controller = new AbortController()
  const stopped = runMethod({
    ...options,
    out,
    shard: { index: 1, count: 2 },
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  })
  await expect(stopped).rejects.toThrow('enough')
  const [{ shards, concluded }] = await runShardsStatus([out])
  expect(shards).toMatchObject([{ state: 'stopped', holder: null }, { state: 'done' }])
  expect(shards[0].measured).toBeLessThan(shards[0].total!)
  expect(concluded).toBe(false)
  await expect(merge([out])).rejects.toThrow(/a shard that was finished, found one that was not; .*--shard 1\/2/)
  const { done, resumed } = await runMethod({ ...options, out, shard: { index: 1, count: 2 } })
  expect(resumed).toBe(shards[0].measured)
  expect(done).toBe(shards[0].total)
  // What a killed process of somebody's left.
  await mkdir(join(out, 'ant', '.s0.1-000000001234abcd.partial'))
  await merge([out])
  expect(existsSync(join(out, 'ant', '.s0.1-000000001234abcd.partial'))).toBe(false)
  expect(await madeIn('stopped')).toEqual(await warped())
})

test('a shard of no clips is done at once', async () => {
  const out = place('many')
  await runShards(40, () => out, { method: staticMethod, manifest })
  const [{ shards }] = await runShardsStatus([out])
  expect(shards.filter(({ total }) => total === 0).length).toBeGreaterThanOrEqual(34)
  expect(await merge([out])).toMatchObject({ counts: { total: 6, ok: 6, failed: 0 }, shards: 40 })
  await runMethod({ method: staticMethod, manifest, out: place('few') })
  expect(await madeIn('many')).toEqual(await madeIn('few'))
})

test('shards and a run of all clips keep each other out of a folder, at work and afterwards', async () => {
  const options = { method: staticMethod, manifest, out: place('mixed') }
  const shard = { index: 1, count: 2 }
  await runMethod({ ...options, shard })
  await expect(runMethod(options)).rejects.toThrow(
    /expected a folder without shards of a run, found run\.1-of-2\.shard\.json/,
  )
  const unlock = await takeLock(join(place('mixed'), '.run.2-of-2.lock'))
  await expect(runMethod(options)).rejects.toMatchObject({ code: 'locked' })
  // The other shard's lock keeps nobody else out.
  expect(await runMethod({ ...options, shard })).toMatchObject({ failures: [] })
  await expect(merge([place('mixed')])).rejects.toMatchObject({ code: 'bad-shards' })
  await unlock()
  const free = await takeLock(join(place('mixed'), '.lock'))
  await expect(runMethod({ ...options, shard })).rejects.toMatchObject({ code: 'locked' })
  await free()
  const held = await takeLock(join(place('mixed'), '.run.1-of-2.lock'))
  await expect(runMethod({ ...options, shard })).rejects.toMatchObject({ code: 'locked' })
  await held()
  await runMethod({ ...options, out: place('not-mixed') })
  await expect(runMethod({ ...options, out: place('not-mixed'), shard })).rejects.toThrow(
    /found run\.json of a run of all clips/,
  )
})

test('a shard is refused beside those of another method, of other settings or another manifest', async () => {
  const method = await findMethod('mask-warp')
  const options = { method, manifest, out: place('beside') }
  await runMethod({ ...options, shard: { index: 1, count: 2 } })
  const second = { ...options, shard: { index: 2, count: 2 } }
  await expect(runMethod({ ...second, config: { margin: 5 } })).rejects.toThrow(/of the same config/)
  await expect(runMethod({ ...second, method: staticMethod })).rejects.toThrow(/of the same method/)
  const other = { ...manifest, sha256: 'f'.repeat(64) }
  await expect(runMethod({ ...second, manifest: other })).rejects.toThrow(/of the same manifest/)
})

test('a shard that makes something after it was merged takes run.json away, until it is merged again', async () => {
  const broken = {
    ...manifest,
    clips: manifest.clips.map((clip, i) => (i === 0 ? { ...clip, image: { path: 'none.png' } } : clip)),
  }
  const options = { method: staticMethod, manifest: broken, out: place('again') }
  await runShards(2, () => place('again'), options)
  const merged = join(place('again'), 'run.json')
  await merge([place('again')])
  await expect(merge([place('again')])).rejects.toMatchObject({ code: 'record-exists' })
  const warnings: string[] = []
  const onWarning = (message: string) => void warnings.push(message)
  for (const index of [1, 2])
    await runMethod({ ...options, shard: { index, count: 2 }, manifest: { ...manifest }, onWarning })
  expect(warnings).toEqual([expect.stringMatching(/run\.json.* was removed: merge them again/)])
  expect(existsSync(merged)).toBe(false)
  expect(await merge([place('again')])).toMatchObject({ counts: { ok: 6, failed: 0 } })
})

test('with another number of shards the clips stay that are there; those of the other number must not be at work', async () => {
  const options = { method: staticMethod, manifest, out: place('numbers') }
  await runShards(2, () => place('numbers'), options)
  const unlock = await takeLock(join(place('numbers'), '.run.2-of-2.lock'))
  const third = { ...options, shard: { index: 3, count: 3 } }
  await expect(runMethod(third)).rejects.toThrow(/at work on 2\/2/)
  await unlock()
  const warnings: string[] = []
  let resumed = 0
  for (const index of [3, 1, 2])
    resumed += (
      await runMethod({ ...third, shard: { index, count: 3 }, onWarning: (message) => void warnings.push(message) })
    ).resumed
  expect(resumed).toBe(6)
  expect(warnings).toEqual(Array(3).fill(expect.stringMatching(/^2 shards of another number were there/)))
  expect(await shardFiles(place('numbers'), 'run')).toEqual([1, 2, 3].map((index) => `run.${index}-of-3.shard.json`))
  expect(await merge([place('numbers')])).toMatchObject({ shards: 3, counts: { ok: 6 } })
  await runMethod({ ...options, out: place('one-number') })
  expect(await madeIn('numbers')).toEqual(await madeIn('one-number'))
})

test('where the number changed, a sample that was damaged is made again by whichever shard it is of', async () => {
  const options = { method: staticMethod, manifest, out: place('damaged') }
  await runShards(2, () => options.out, options)
  const sound = await madeIn('damaged')
  const frames = manifest.clips.map(({ id }) => join(options.out, id, 's0', 'frame_0001.png'))
  for (const path of frames) await writeFile(path, 'damaged')
  const warnings: string[] = []
  const third = { ...options, onWarning: (message: string) => void warnings.push(message) }
  for (const index of [1, 2, 3]) await runMethod({ ...third, shard: { index, count: 3 } })
  for (const { id } of manifest.clips)
    expect(warnings).toContainEqual(`${id}/s0 is not what was made (files were changed or lost): it is made again`)
  expect(await merge([options.out])).toMatchObject({ shards: 3, counts: { ok: 6 } })
  const { 'run.json': _, ...made } = await madeIn('damaged')
  expect(made).toEqual(sound)
})

test('a shard that goes on and is stopped again still knows what it vouched for', async () => {
  const method = await findMethod('mask-warp')
  const options = { method, manifest, samples: 3, out: place('vouching'), shard: { index: 1, count: 1 } }
  await runMethod(options)
  const frameOf = (sample: number) => (id: string) => join(options.out, id, `s${sample}`, 'frame_0001.png')
  const ids = manifest.clips.map(({ id }) => id)
  for (const path of [...ids.map(frameOf(0)), ...ids.map(frameOf(1))]) await rm(path)
  const controller = new AbortController()
  const onProgress = () => controller.abort(new Error('enough'))
  await expect(runMethod({ ...options, signal: controller.signal, onProgress })).rejects.toThrow('enough')
  await writeFile(frameOf(2)(ids[4]), 'damaged')
  const warnings: string[] = []
  await runMethod({ ...options, onWarning: (message) => void warnings.push(message) })
  expect(warnings).toEqual([`${ids[4]}/s2 is not what was made (files were changed or lost): it is made again`])
})

test('a shard that two make, as when a lease ran out, is the same from both', async () => {
  const options = { method: await findMethod('mask-warp'), manifest, samples: 3, out: place('twice') }
  await runMethod({ ...options, shard: { index: 2, count: 2 } })
  const shard = { index: 1, count: 2 }
  let second: Promise<unknown> | undefined
  const first = runMethod({
    ...options,
    shard,
    onProgress: () => {
      second ??= rm(join(place('twice'), '.run.1-of-2.lock')).then(() => runMethod({ ...options, shard }))
    },
  })
  const outcomes = await Promise.allSettled([first.then(() => second), first])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  expect(await merge([place('twice')])).toMatchObject({ counts: { total: 18, ok: 18 } })
  expect(await madeIn('twice')).toEqual(await warped())
})
