import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { treeOf } from '../../runners/test/tree-of.ts'
import { writeMaskManifest } from '../../runners/test/write-mask-manifest.ts'
import { ended, kinemetric, refused, start, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()
const ids = Array.from({ length: 24 }, (_, i) => `clip-${i}`)
beforeAll(async () => {
  await writeMaskManifest(cwd, ids, [48, 64], 3)
})
const run = (method: string, ...more: string[]) => [
  'run',
  method,
  '--manifest',
  'prepared/manifest.jsonl',
  '--quiet',
  ...more,
]
const score = (out: string) =>
  ['score', '--reference', 'refs', '--metrics', 'psnr', '--quiet', '--generated', out].concat('--out', `scores-${out}`)
const madeIn = (out: string) => treeOf(join(cwd, out), /\.shard\.json$/)

describe('run --jobs and --shard, status, merge and score', () => {
  test('parts of one folder are merged into the folder of all clips, which is scored as that is; before, it is refused', async () => {
    await kinemetric(run('static', '--out', 'whole'), { cwd })
    const first = await kinemetric(run('static', '--out', 'parts', '--shard', '1/2', '--json'), { cwd })
    expect(JSON.parse(first.stdout)).toMatchObject({ method: 'static', shard: { index: 1, count: 2 }, failures: [] })
    const half = await kinemetric(['status', 'parts'], { cwd })
    expect(half.code).toBe(1)
    expect(half.stdout).toMatch(/^clips of Static .*: 1 done, 1 missing; \d+ made$/m)
    expect(await refused(['merge', 'parts'], { cwd })).toMatch(/expected all 2 shards, found none of 2\/2/)
    const second = await kinemetric(run('static', '--out', 'parts', '--shard', '2/2', '--jobs', '2'), { cwd })
    expect(second.stdout).toMatch(/^shard 2\/2: \d+ clips of Static .*: parts\/run\.2-of-2\.shard\.json$/m)
    // Frames of another method stand for the references.
    for (const id of ids) await cp(join(cwd, 'prepared', id, 'control'), join(cwd, 'refs', id), { recursive: true })
    expect(await refused(score('parts'), { cwd })).toMatch(
      /found shards of a run that are not merged \(run\.1-of-2\.shard\.json, …\); .*kinemetric merge/,
    )
    const { stdout } = await kinemetric(['merge', 'parts'], { cwd })
    expect(stdout).toBe('24 of 24 clips of Static (frame 0 repeated), of 2 shards: parts/run.json\n')
    expect(await madeIn('parts')).toEqual(await madeIn('whole'))
    for (const out of ['parts', 'whole']) await kinemetric(score(out), { cwd })
    expect(await readFile(join(cwd, 'scores-parts', 'as-is', 'static.json'))).toEqual(
      await readFile(join(cwd, 'scores-whole', 'as-is', 'static.json')),
    )
    const status = await kinemetric(['status', 'parts', '--json'], { cwd })
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout).runs).toMatchObject([
      { method: 'static', concluded: true, shards: [{ state: 'done' }, { state: 'done' }] },
    ])
    expect(await refused(['merge', 'parts'], { cwd })).toMatch(/is already there/)
  })

  test('a shard that is killed goes on, and the run merged of folders of their own is the run of all clips', async () => {
    const first = run('mask-warp', '--out', 'own-1', '--shard', '1/2', '--samples', '2')
    const killed = start([...first, '--jobs', '1'], { cwd })
    const outcome = ended(killed)
    const made = () => ids.filter((id) => existsSync(join(cwd, 'own-1', id, 's0', 'item.json')))
    while (made().length < 2) await pause(5)
    killed.kill('SIGKILL')
    expect((await outcome).code).toBeNull()
    expect((await kinemetric(['status', 'own-1'], { cwd })).stdout).toMatch(/1 stopped, 1 missing/)
    const { stdout } = await kinemetric(first, { cwd })
    expect(stdout).toMatch(/\([1-9]\d* (?:was|were) there\)/)
    await kinemetric(run('mask-warp', '--out', 'own-2', '--shard', '2/2', '--samples', '2'), { cwd })
    await kinemetric(['merge', 'own-2', 'own-1', '--out', 'both'], { cwd })
    await kinemetric(run('mask-warp', '--out', 'alone', '--samples', '2', '--jobs', '2'), { cwd })
    expect(await madeIn('both')).toEqual(await madeIn('alone'))
  })

  test('Ctrl-C ends the processes of a run in order, keeps what is made, and the same command goes on', async () => {
    const command = run('mask-warp', '--out', 'stopped', '--samples', '4', '--jobs', '2')
    const stopped = start(command, { cwd })
    const outcome = ended(stopped)
    while (!ids.some((id) => existsSync(join(cwd, 'stopped', id, 's0', 'item.json')))) await pause(5)
    stopped.kill('SIGINT')
    const { code, stderr } = await outcome
    expect(code).toBe(2)
    expect(stderr).toMatch(/SIGINT: stopping; what is done is kept/)
    const left = await readdir(join(cwd, 'stopped'), { recursive: true })
    expect(left.filter((path) => path.includes('.partial') || path === '.lock')).toEqual([])
    const { stdout } = await kinemetric(command, { cwd })
    expect(stdout).toMatch(/^96 samples of clips .*\([1-9]\d* (?:was|were) there\)/)
  })

  test.each(['0/3', '4/3', '1/0', 'x'])('--shard %s is code 2', async (shard) => {
    expect(await refused(run('static', '--out', 'none', '--shard', shard), { cwd })).toMatch(/i\/N with i from 1 to N/)
  })

  test('several processes of a method with networks, or of a program, are refused and shards are told of', async () => {
    expect(await refused(run('interdyn', '--out', 'none', '--jobs', '2'), { cwd })).toMatch(
      /jobs: expected 1 of interdyn.*--shard i\/N/,
    )
    expect(existsSync(join(cwd, 'none'))).toBe(false)
  })

  test('--progress json has what failed so far', async () => {
    await mkdir(join(cwd, 'broken'))
    await cp(join(cwd, 'prepared'), join(cwd, 'broken', 'prepared'), { recursive: true })
    await cp(
      join(cwd, 'prepared', 'clip-0', 'control', 'frame_0000.png'),
      join(cwd, 'broken', 'prepared', 'clip-1', 'control', 'extra.png'),
    )
    const { stderr } = await kinemetric([...run('mask-warp', '--out', 'told', '--jobs', '2', '--progress', 'json')], {
      cwd: join(cwd, 'broken'),
    })
    const lines = stderr
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('{"progress"'))
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ progress: 'mask-warp', done: 24, total: 24, failed: 1 })
  })
})
