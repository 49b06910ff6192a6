import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeFivePairs } from './five-pairs.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

describe('prepare --shard, status and merge', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await temporaryFolder()
    await writeFivePairs(cwd)
  })
  const prepare = ['prepare', 'folder', 'refs', '--protocol', 'as-is', '--quiet']

  test('the parts merged are the preparation of the whole', async () => {
    await kinemetric([...prepare, '--out', 'whole'], { cwd })
    const first = await kinemetric([...prepare, '--out', 'parts', '--shard', '1/2', '--json'], { cwd })
    expect(first.code).toBe(0)
    expect(JSON.parse(first.stdout)).toEqual({
      shards: [expect.objectContaining({ shard: { index: 1, count: 2 }, kept: 0, failures: [] })],
    })
    const half = await kinemetric(['status', 'parts'], { cwd })
    expect(half.code).toBe(1)
    expect(half.stdout).toMatch(/^clips of folder \(as-is\): 1 done, 1 missing; \d prepared\n {2}1\/2 /)
    expect(await refused(['merge', 'parts'], { cwd })).toMatch(/expected all 2 shards, found none of 2\/2/)
    expect((await readdir(join(cwd, 'parts'))).sort()).toEqual([
      'clips',
      'prepare.1-of-2.journal.jsonl',
      'prepare.1-of-2.shard.json',
    ])
    const second = await kinemetric([...prepare, '--out', 'parts', '--shard', '2/2'], { cwd })
    expect(second.stdout).toMatch(/^shard 2\/2: \d clips? \(0 were there\): /)
    const status = await kinemetric(['status', 'parts', '--json'], { cwd })
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout)).toMatchObject({
      methods: [],
      preparations: [{ dataset: 'folder', protocol: 'as-is', concluded: false, shards: [{ state: 'done' }, {}] }],
    })
    const merged = await kinemetric(['merge', 'parts', '--out', 'merged'], { cwd })
    expect(merged).toMatchObject({ code: 0, stdout: expect.stringMatching(/^5 clips: merged\/manifest.jsonl$/m) })
    for (const name of ['manifest.jsonl', 'prepare.json'])
      expect(await readFile(join(cwd, 'merged', name), 'utf8')).toBe(await readFile(join(cwd, 'whole', name), 'utf8'))
    const json = await kinemetric(['merge', 'parts', '--json'], { cwd })
    expect(JSON.parse(json.stdout)).toMatchObject({ preparations: [{ clips: 5, failures: [] }] })
  })

  test('shards of several kinds in one folder are merged, all or none', async () => {
    await cp(join(cwd, 'parts'), join(cwd, 'both'), { recursive: true })
    await rm(join(cwd, 'both', 'manifest.jsonl'), { force: true })
    const score = [
      'score',
      '--reference',
      'refs',
      '--generated',
      'gens',
      '--metrics',
      'psnr',
      '--quiet',
      '--out',
      'both',
    ]
    await kinemetric([...score, '--shard', '2/2'], { cwd })
    expect(await refused(['merge', 'both'], { cwd })).toMatch(/gens: expected all 2 shards, found none of 1\/2/)
    expect(await readdir(join(cwd, 'both'))).not.toContain('manifest.jsonl')
    await kinemetric([...score, '--shard', '1/2'], { cwd })
    const status = await kinemetric(['status', 'both'], { cwd })
    expect(status).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^clips of folder .*\n(?: .*\n)+gens \(as-is\)/),
    })
    const { code, stdout } = await kinemetric(['merge', 'both', '--json'], { cwd })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ preparations: [{ clips: 5 }], methods: [{ method: { id: 'gens' } }] })
    expect(await readdir(join(cwd, 'both'))).toContain('manifest.jsonl')
  })

  test('how far it is is told', async () => {
    const { stderr } = await kinemetric(['merge', 'parts', '--out', 'told', '--progress', 'json'], { cwd })
    expect(stderr).toMatch(/^\{"progress":"merge","done":\d,"total":5,.*"note":"files checked"/)
  })

  test('a folder without shards beside one that has some is told', async () => {
    const { code, stderr } = await kinemetric(['merge', 'parts', 'refs', '--out', 'merged', '--quiet'], { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'warning: refs: no shards here\n' })
  })

  test.each(['0/3', '4/3', '1/0', 'x'])('--shard %s is code 2', async (shard) => {
    expect(await refused([...prepare, '--out', 'none', '--shard', shard], { cwd })).toMatch(/i\/N with i from 1 to N/)
  })

  test('a plan has no shards', async () => {
    expect(await refused([...prepare, '--plan', '--shard', '1/2'], { cwd })).toMatch(/--shard: expected clips to cut/)
  })

  test('slurm prints a script of shards', async () => {
    const { code, stdout } = await kinemetric(['slurm', '--array', '3', '--', ...prepare, '--out', 'parts'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^command=\(.* prepare folder refs --protocol as-is --quiet --out parts --jobs 4\)$/m)
  })
})
