import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { takeLock } from '@kinemetric/files'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { findMethod, planRunMerge, runMethod, runShardsStatus } from '../../src/index.ts'
import type { RunShardFile } from '../../src/provenance/run-shard-file.ts'
import { maskManifest } from '../mask-manifest.ts'
import { merge, runShards } from '../sharded-run.ts'
import { treeOf } from '../tree-of.ts'

const { folder, manifest } = await maskManifest(['ant', 'bee', 'cat', 'dog', 'eel', 'fox'], [32, 48], 3)
await runShards(3, () => join(folder, 'made'), { method: await findMethod('mask-warp'), manifest })
const counted: RunShardFile[] = await Promise.all([1, 2, 3].map((index) => read(join(folder, 'made'), index)))
/** A shard with clips, and another one. */
const [full, other] = counted.filter(({ samples }) => samples.length > 0).map(({ shard }) => shard.index)

async function read(parts: string, index: number): Promise<RunShardFile> {
  return JSON.parse(await readFile(join(parts, `run.${index}-of-3.shard.json`), 'utf8'))
}

let parts: string
beforeEach(async () => {
  parts = join(folder, 'parts')
  await cp(join(folder, 'made'), parts, { recursive: true })
  onTestFinished(() => rm(parts, { recursive: true, force: true }))
})

async function change(index: number, to: (file: RunShardFile) => Record<string, unknown>): Promise<void> {
  const file = await read(parts, index)
  await writeFile(join(parts, `run.${index}-of-3.shard.json`), JSON.stringify({ ...file, ...to(file) }))
}

/** Merging, in place and elsewhere, says this and writes nothing. */
async function expectRefused(words: RegExp): Promise<void> {
  const before = await treeOf(parts)
  for (const out of [parts, join(folder, 'elsewhere')]) await expect(merge([parts], out)).rejects.toThrow(words)
  expect(await treeOf(parts)).toEqual(before)
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false)
}

test('what is whole is merged', async () => {
  expect(await merge([parts])).toMatchObject({ counts: { total: 6, ok: 6 } })
})

test('a gap, by its name', async () => {
  await rm(join(parts, 'run.3-of-3.shard.json'))
  await expectRefused(/expected all 3 shards, found none of 3\/3/)
  await rm(join(parts, 'run.1-of-3.shard.json'))
  await expectRefused(/found none of 1\/3, 3\/3/)
})

test('shards of several numbers: those that are whole, and where none is all are named', async () => {
  const options = { method: await findMethod('mask-warp'), manifest, out: join(folder, 'five') }
  for (const index of [1, 5]) await runMethod({ ...options, shard: { index, count: 5 } })
  const warnings: string[] = []
  const folders = [join(folder, 'five'), parts]
  const onWarning = (message: string) => warnings.push(message)
  const conclude = await planRunMerge({ folders, out: join(folder, 'whole one'), onWarning })
  expect(warnings).toEqual(['all 3 shards are there; passed over: 1/5, 5/5'])
  expect(await conclude()).toMatchObject({ shards: 3, counts: { total: 6, ok: 6 } })
  expect((await runShardsStatus(folders)).map(({ passedOverFor }) => passedOverFor)).toEqual([undefined, 3])
  await rm(join(parts, 'run.3-of-3.shard.json'))
  await expect(planRunMerge({ folders, out: join(folder, 'x') })).rejects.toThrow(
    /all shards of one number, found 1\/3, 2\/3 and 1\/5, 5\/5 \(of 3: .*none of 3\/3; of 5: .*none of 2\/5, 3\/5, 4\/5\)/,
  )
})

test('shards of several numbers that are whole have to say the same', async () => {
  const options = { method: await findMethod('mask-warp'), manifest }
  const one = join(folder, 'one of one')
  await runMethod({ ...options, out: one, shard: { index: 1, count: 1 } })
  const conclude = await planRunMerge({ folders: [parts, one], out: join(folder, 'the same') })
  expect(await conclude()).toMatchObject({ shards: 1 })
  await change(full, ({ samples }) => ({ samples: samples.map((each) => ({ ...each, sha256: 'f'.repeat(64) })) }))
  await expect(planRunMerge({ folders: [parts, one], out: join(folder, 'x') })).rejects.toThrow(
    /expected shards of 3 to say what those of 1 do, found another \w+\/s0; take the shards of one/,
  )
})

test('shards of another run are none of another number, however few they are', async () => {
  const out = join(folder, 'stranger')
  await runMethod({ method: await findMethod('static'), manifest, out, shard: { index: 1, count: 2 } })
  await expect(planRunMerge({ folders: [parts, out], out: join(folder, 'x') })).rejects.toThrow(
    /found other method, settings; merge the shards of one run at a time/,
  )
  // So it is said of a folder above both, too.
  await expect(planRunMerge({ folders: [folder] })).rejects.toThrow(/merge the shards of one run at a time/)
})

test('what is seen at once is said before any sample is read', async () => {
  await writeFile(join(parts, 'run.json'), '{}')
  const read: string[] = []
  const onProgress = (_: number, __: number, what: string) => void read.push(what)
  await expect(planRunMerge({ folders: [parts], onProgress })).rejects.toMatchObject({ code: 'record-exists' })
  await mkdir(join(folder, 'taken'))
  await writeFile(join(folder, 'taken', 'thesis.txt'), '')
  const elsewhere = planRunMerge({ folders: [parts], out: join(folder, 'taken'), onProgress })
  await expect(elsewhere).rejects.toThrow(/found thesis\.txt/)
  expect(read).toEqual([])
})

type Run = RunShardFile['run']

test.each<[string, (run: Run) => Partial<Record<keyof Run, unknown>>, RegExp]>([
  [
    'method',
    ({ method }) => ({ method: { ...method, id: 'mine' } }),
    /found other method; merge the shards of one run at a time$/,
  ],
  [
    'method’s version',
    ({ method }) => ({ method: { ...method, version: '9' } }),
    /found other method; merge the shards of one run at a time$/,
  ],
  [
    'method.json',
    ({ method }) => ({ method: { ...method, trivial: !method.trivial } }),
    /found other method\.json; merge the shards of one run at a time$/,
  ],
  ['settings', () => ({ config: { margin: 9 } }), /found other settings; merge the shards of one run at a time$/],
  [
    'seeds',
    ({ config }) => ({ config: { ...config, seed: 9 } }),
    /found other settings; merge the shards of one run at a time$/,
  ],
  [
    'manifest',
    ({ manifest: { protocol } }) => ({ manifest: { sha256: 'f'.repeat(64), protocol } }),
    /found other manifest; merge the shards of one run at a time$/,
  ],
  ['noise', () => ({ noise: { algorithm: 'given' } }), /found other noise; merge the shards of one run at a time$/],
  [
    'number of samples',
    () => ({ samples: 4 }),
    /found other number of samples; merge the shards of one run at a time$/,
  ],
  [
    'weights',
    () => ({ weights: [{ id: 'svd', sha256: 'f'.repeat(64), licence: 'x' }] }),
    /found other weights; make those that are older again, in a folder of their own$/,
  ],
  [
    'version of the code',
    ({ environment }) => ({
      environment: { ...environment, code: { name: 'kinemetric', version: '9', commit: 'old', dirty: false } },
    }),
    /found other version of kinemetric \((9, commit old; there 0\.1\.0.*|0\.1\.0.*; there 9, commit old)\); make those/,
  ],
])('another %s', async (_, to, words) => {
  await change(full, ({ run }) => ({ run: { ...run, ...to(run) } }))
  await expectRefused(words)
})

test('a shard that is not finished, and one that is at work', async () => {
  await change(full, () => ({ finished: false }))
  await expectRefused(/one that was not; .*--shard \d\/3, which goes on/)
  await change(full, () => ({ finished: true }))
  const unlock = await takeLock(join(parts, `.run.${full}-of-3.lock`))
  await expect(merge([parts])).rejects.toMatchObject({ code: 'locked' })
  const [{ shards }] = await runShardsStatus([parts])
  expect(shards[full - 1]).toMatchObject({ state: 'running', holder: { pid: process.pid } })
  await unlock()
  // Of another machine, of which nothing is known.
  const owner = { pid: 1, host: 'elsewhere', born: null, space: null, beat: 20_000 }
  await writeFile(join(parts, `.run.${full}-of-3.lock`), JSON.stringify(owner))
  await expect(merge([parts])).rejects.toMatchObject({ code: 'locked' })
  const conclude = await planRunMerge({ folders: [parts], takeLock: true })
  expect(await conclude()).toMatchObject({ counts: { ok: 6 } })
})

test('a sample that is missing, that is another one, and one behind a link', async () => {
  const [{ clip }] = counted[full - 1].samples
  const frame = join(parts, clip, 's0', 'frame_0001.png')
  const bytes = await readFile(frame)
  await writeFile(
    frame,
    bytes.map((byte, i) => (i === bytes.length - 20 ? byte ^ 1 : byte)),
  )
  await expectRefused(new RegExp(`${clip}/s0 as shard ${full}/3 made it .*found sha256`))
  await writeFile(frame, bytes)
  await writeFile(join(parts, clip, 's0', 'frame_0009.png'), bytes)
  await expectRefused(/made it .*found sha256/)
  await rm(join(parts, clip, 's0', 'frame_0009.png'))
  await cp(join(parts, clip), join(folder, 'away'), { recursive: true })
  await rm(join(parts, clip), { recursive: true })
  await expectRefused(/found no folder of its own; run it again with --shard/)
  await symlink(join(folder, 'away'), join(parts, clip))
  await expect(merge([parts])).rejects.toThrow(/found no folder of its own/)
})

test('files of strangers: clips of another shard, names that lead away, samples twice, and other bytes', async () => {
  const theirs = counted[other - 1].samples[0]
  await change(full, ({ samples }) => ({ samples: [...samples, theirs] }))
  await expectRefused(new RegExp(`expected clips of shard ${full}/3, found ${theirs.clip}`))
  const own = counted[full - 1].samples
  await change(full, () => ({ samples: [{ ...own[0], clip: '../../etc' }] }))
  await expectRefused(/expected the file of a shard, found another \(/)
  await change(full, () => ({ samples: [...own, own[0]] }))
  await expectRefused(/each sample of a clip once/)
  await change(full, () => ({ samples: own.map(({ clip, sample, status }) => ({ clip, sample, status })) }))
  await expectRefused(/what became of each sample/)
  await change(full, ({ shard }) => ({ samples: own, shard: { ...shard, index: full === 1 ? 2 : 1 } }))
  await expectRefused(/clips of shard|the name of shard/)
  await writeFile(join(parts, `run.${full}-of-3.shard.json`), '{"schema":"kinemetric/run-shard@1"')
  await expectRefused(/expected the file of a shard, found another \(/)
})

test('a shard that was made twice and differs', async () => {
  const twice = join(folder, 'twice')
  await cp(parts, twice, { recursive: true })
  onTestFinished(() => rm(twice, { recursive: true }))
  await change(full, ({ samples }) => ({ samples: samples.map((each) => ({ ...each, sha256: 'f'.repeat(64) })) }))
  await expect(planRunMerge({ folders: [twice, parts], out: join(folder, 'x') })).rejects.toThrow(
    new RegExp(`expected ${full}/3 to be what it is in .*found another ${counted[full - 1].samples[0].clip}`),
  )
})

test('a folder of something else, and one above the shards', async () => {
  const out = join(folder, 'thesis')
  await mkdir(out)
  await writeFile(join(out, 'thesis.txt'), 'precious')
  await expect(merge([parts], out)).rejects.toThrow(/an empty folder, .*found thesis\.txt/)
  await expect(merge([parts], folder)).rejects.toMatchObject({ code: 'bad-option' })
  await rm(join(out, 'thesis.txt'))
  const [{ clip }] = counted[full - 1].samples
  await cp(join(parts, clip), join(out, clip), { recursive: true })
  await writeFile(join(out, clip, 's0', 'frame_0001.png'), 'mine')
  await expect(merge([parts], out)).rejects.toThrow(/found another one; .*--overwrite/)
  expect(existsSync(join(out, 'run.json'))).toBe(false)
  expect(await merge([parts], out, true)).toMatchObject({ brought: 6 })
})

test('a sample that was cut is made again by its shard, and not vouched for', async () => {
  const [{ clip }] = counted[full - 1].samples
  await rm(join(parts, clip, 's0', 'frame_0001.png'))
  const warnings: string[] = []
  const onWarning = (message: string) => warnings.push(message)
  const options = { method: await findMethod('mask-warp'), manifest, out: parts }
  await runMethod({ ...options, shard: { index: full, count: 3 }, onWarning })
  expect(warnings).toEqual([`${clip}/s0 is not what was made (files were changed or lost): it is made again`])
  await merge([parts], join(folder, 'mended'))
  expect(await treeOf(parts, /shard\.json$/)).toEqual(await treeOf(join(folder, 'made'), /shard\.json$/))
})

test('a file of a shard that was cut: it says what helps, and that helps', async () => {
  const path = join(parts, `run.${full}-of-3.shard.json`)
  await writeFile(path, (await readFile(path)).subarray(0, 100))
  const options = { method: await findMethod('mask-warp'), manifest, out: parts, shard: { index: full, count: 3 } }
  await expect(runMethod(options)).rejects.toThrow(/; copy it again, or remove it and run its shard again/)
  await expectRefused(/; copy it again, or remove it and run its shard again/)
  await rm(path)
  expect(await runMethod(options)).toMatchObject({ resumed: counted[full - 1].samples.length })
  expect(await merge([parts])).toMatchObject({ counts: { ok: 6 } })
})
