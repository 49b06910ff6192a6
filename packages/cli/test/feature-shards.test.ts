import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeSafetensors } from '@kinemetric/networks'
import { beforeAll, describe, expect, test } from 'vitest'
import { i3dTensors } from '../../networks/src/models/i3d/tensors.ts'
import { formulaTensors } from '../../networks/test/formula-weights.ts'
import { ended, kinemetric, refused, start, temporaryFolder } from './kinemetric.ts'
import { writeVideo } from './small-videos.ts'

const cwd = await temporaryFolder()
const ids = ['ant', 'bee', 'cat', 'dog', 'eel']
const features = ['features', 'i3d', 'refs', '--checkpoint', 'i3d.safetensors', '--unverified', '--quiet']

beforeAll(async () => {
  for (const [phase, id] of ids.entries())
    await writeVideo(join(cwd, 'refs'), id, { frames: id === 'dog' ? 8 : 9, phase })
  await writeSafetensors(join(cwd, 'i3d.safetensors'), formulaTensors(i3dTensors('pytorch-i3d')))
})

describe('features --shard, status and merge', () => {
  test('the parts merged are the matrix of the whole, and what is said of it is the same', async () => {
    const whole = await kinemetric([...features, '--out', 'whole.npz', '--json'], { cwd })
    expect(whole.code).toBe(1)
    const shard = [...features, '--out', 'parts/refs.npz', '--jobs', '2', '--shard']
    const first = await kinemetric([...shard, '1/2', '--json'], { cwd })
    expect(JSON.parse(first.stdout).shards).toEqual([
      expect.objectContaining({ shard: { index: 1, count: 2 }, file: 'parts/refs.npz.1-of-2.shard.json' }),
    ])
    const half = await kinemetric(['status', 'parts'], { cwd })
    expect(half.code).toBe(1)
    expect(half.stdout).toMatch(/^refs\.npz \(i3d-kinetics-400\): 1 done, 1 missing; \d done/m)
    expect(await refused(['merge', 'parts'], { cwd })).toMatch(/refs\.npz: expected all 2 shards, found none of 2\/2/)
    expect((await readdir(join(cwd, 'parts'))).filter((name) => name.endsWith('.npz'))).toEqual([])
    const second = await kinemetric([...shard, '2/2'], { cwd })
    expect(second.stdout).toMatch(/^shard 2\/2 of parts\/refs\.npz: \d clips? \(0 were there\): parts\//)
    expect(new Set([first.code, second.code])).toEqual(new Set([0, 1]))
    const status = await kinemetric(['status', 'parts', '--json'], { cwd })
    expect(status.code).toBe(0)
    expect(JSON.parse(status.stdout).features).toMatchObject([{ matrix: 'refs.npz', concluded: false }])

    const merged = await kinemetric(['merge', 'parts', '--json'], { cwd })
    expect(merged.code).toBe(1)
    expect(await readFile(join(cwd, 'parts', 'refs.npz'))).toEqual(await readFile(join(cwd, 'whole.npz')))
    const { fromCache: _, ...said } = JSON.parse(whole.stdout)
    expect(JSON.parse(merged.stdout).features).toEqual([{ ...said, out: 'parts/refs.npz' }])
    expect(await refused(['merge', 'parts'], { cwd })).toMatch(/is already there/)
    const again = await kinemetric(['merge', 'parts', '--out', 'other.npz'], { cwd })
    expect(again.stdout).toBe('4 rows of 400 from 4 clips: other.npz\n')
    expect(again.stderr).toMatch(/^failed: dog: metric-failed/)
    expect(await readFile(join(cwd, 'other.npz'))).toEqual(await readFile(join(cwd, 'whole.npz')))
  })

  test('--out of a shard may be a folder, and so may that of the whole: the matrix is the network’s in it', async () => {
    for (const text of ['1/2', '2/2']) await kinemetric([...features, '--out', 'folder', '--shard', text], { cwd })
    await kinemetric(['merge', 'folder'], { cwd })
    expect(await readFile(join(cwd, 'folder', 'i3d.npz'))).toEqual(await readFile(join(cwd, 'whole.npz')))
    const { stdout } = await kinemetric([...features, '--out', 'plain/', '--json'], { cwd })
    expect(JSON.parse(stdout).out).toBe(join('plain', 'i3d.npz'))
  })

  test('a shard that was killed goes on, to the bytes of one that was not', async () => {
    const shard = [...features, '--no-cache', '--jobs', '1', '--progress', 'json', '--shard', '1/1']
    const child = start([...shard, '--out', 'killed/'], { cwd })
    child.stderr!.on('data', (bytes: Buffer) => {
      if (/"done":[1-9]/.test(bytes.toString())) child.kill('SIGKILL')
    })
    await ended(child)
    expect(child.signalCode).toBe('SIGKILL')
    expect(await refused(['merge', 'killed'], { cwd })).toMatch(
      /shard 1\/1, found [1-4]: .*missing, cut off or damaged/,
    )
    const status = await kinemetric(['status', 'killed'], { cwd })
    expect(status.stdout).toMatch(/1 stopped/)
    const rest = await kinemetric([...shard, '--out', 'killed/', '--json'], { cwd })
    expect(JSON.parse(rest.stdout).shards[0].resumed).toBeGreaterThan(0)
    await kinemetric([...features, '--out', 'unhurt/', '--shard', '1/1'], { cwd })
    for (const name of await readdir(join(cwd, 'unhurt')))
      expect(await readFile(join(cwd, 'killed', name))).toEqual(await readFile(join(cwd, 'unhurt', name)))
  })

  test.each(['0/3', '4/3', '1/0', 'x'])('--shard %s is code 2', async (shard) => {
    expect(await refused([...features, '--out', 'x.npz', '--shard', shard], { cwd })).toMatch(/i\/N with i from 1 to N/)
  })

  test('what does not go with it', async () => {
    expect(await refused([...features, '--save-as', 'mine', '--shard', '1/2'], { cwd })).toMatch(/found --save-as/)
    expect(await refused([...features, '--out', 'x.npz', '--restart'], { cwd })).toMatch(/--restart: expected --shard/)
    const npy = [...features, '--out', 'x.npy', '--statistics', '--shard', '1/2']
    expect(await refused(npy, { cwd })).toMatch(/ending in \.npz/)
  })

  test('slurm prints a script of its shards', async () => {
    const { code, stdout } = await kinemetric(['slurm', '--array', '8', '--', ...features, '--out', 'parts/'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^command=\(.* features i3d refs .*--out parts\/ --jobs 4\)$/m)
    expect(stdout).toContain('"${command[@]}" --shard "$shard"')
  })
})
