import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatNpy, readFeatureFile } from '@kinemetric/metrics'
import { writeSafetensors } from '@kinemetric/networks'
import { beforeAll, describe, expect, test } from 'vitest'
import { i3dTensors } from '../../networks/src/models/i3d/tensors.ts'
import { formulaTensors } from '../../networks/test/formula-weights.ts'
import { kinemetric, refused, spawned, temporaryFolder } from './kinemetric.ts'
import { writeVideo } from './small-videos.ts'

const cwd = await temporaryFolder()
const own = ['--checkpoint', 'i3d.safetensors', '--unverified', '--quiet']

beforeAll(async () => {
  for (const phase of [0, 1]) {
    await writeVideo(join(cwd, 'refs'), `clip-${phase}`, { frames: 9, phase })
    await writeVideo(join(cwd, 'gens'), `clip-${phase}`, { frames: 9, phase: phase + 0.3 })
  }
  await writeVideo(join(cwd, 'short'), 'clip-0', { frames: 8 })
  for (const [phase, frames] of [9, 8, 9].entries())
    await writeVideo(join(cwd, 'mixed'), `clip-${phase}`, { frames, phase })
  await writeSafetensors(join(cwd, 'i3d.safetensors'), formulaTensors(i3dTensors('pytorch-i3d')))
})

const distance = (file: string) => ['distance', '--generated', file, '--reference', 'refs.npz', '--metrics', 'fvd']

describe('features and distance', () => {
  test('one row a clip for i3d, from a checkpoint given by hand', async () => {
    for (const side of ['refs', 'gens']) {
      const args = ['features', 'i3d', side, ...own, '--out', `${side}.npz`, '--json']
      const { code, stdout, stderr } = await spawned(args, { cwd })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(stdout)).toMatchObject({ network: 'i3d-kinetics-400', rows: 2, dimension: 400, failures: [] })
    }
    expect(await readFeatureFile(join(cwd, 'refs.npz'))).toMatchObject({ features: { rows: 2, dimension: 400 } })
  })

  test('a second extraction takes the rows from the cache, whatever the file is to be', async () => {
    const args = ['features', 'i3d', 'refs', ...own, '--json']
    const again = await kinemetric([...args, '--out', 'again.npy'], { cwd })
    expect(JSON.parse(again.stdout)).toMatchObject({ rows: 2, fromCache: 2, out: 'again.npy', unverified: true })
    const [packed, plain] = await Promise.all(['refs.npz', 'again.npy'].map((name) => readFeatureFile(join(cwd, name))))
    expect(plain.features.data).toEqual(packed.features.data)
    expect(packed.features.clipOfRow).toEqual(Int32Array.of(0, 1))
    await kinemetric([...args, '--out', 'twice.npz'], { cwd })
    expect(await readFile(join(cwd, 'twice.npz'))).toEqual(await readFile(join(cwd, 'refs.npz')))
    const anew = await kinemetric([...args, '--out', 'anew.npy', '--no-cache'], { cwd })
    expect(JSON.parse(anew.stdout)).toMatchObject({ fromCache: 0 })
    expect(await readdir(cwd)).not.toContainEqual(expect.stringMatching(/partial|part|rows/))
  })

  test('--jobs: the same bytes; --progress json counts the clips that failed', async () => {
    const args = ['features', 'i3d', 'mixed', ...own, '--no-cache']
    const one = await kinemetric([...args, '--out', 'jobs-1.npz', '--jobs', '1'], { cwd })
    const two = await kinemetric([...args, '--out', 'jobs-2.npz', '--jobs', '2', '--progress', 'json'], { cwd })
    expect([one.code, two.code]).toEqual([1, 1])
    expect(await readFile(join(cwd, 'jobs-2.npz'))).toEqual(await readFile(join(cwd, 'jobs-1.npz')))
    const told = two.stderr.split('\n').filter((line) => line.startsWith('{"progress"'))
    expect(JSON.parse(told.at(-1)!)).toMatchObject({ progress: 'features', done: 3, total: 3, failed: 1 })
    expect(await refused([...args, '--out', 'x.npz', '--jobs', '0'], { cwd })).toMatch(/whole number from 1/)
  })

  test('statistics under a name are a reference for recipes of the same features only', async () => {
    const env = { KINEMETRIC_STATISTICS: join(cwd, 'statistics') }
    const saved = await kinemetric(['features', 'i3d', 'refs', ...own, '--save-as', 'two-refs'], { cwd, env })
    expect(saved).toMatchObject({ code: 0, stderr: '' })
    const distance = ['distance', '--generated', 'gens.npz', '--reference', 'two-refs', '--json', '--no-interval']
    const named = await kinemetric(distance, { cwd, env })
    const files = ['distance', '--generated', 'gens.npz', '--reference', 'refs.npz', '--json', '--metrics', 'fvd']
    const [byName, byFile] = [named, await kinemetric(files, { cwd })].map(
      ({ stdout }): { metric: string; value: number }[] => JSON.parse(stdout).scores,
    )
    expect(byName.map(({ metric }) => metric)).toEqual(['fvd'])
    expect(byName[0].value / byFile[0].value).toBeCloseTo(1, 9)
    expect(await refused([...distance, '--recipe', 'fvd:cd-fvd'], { cwd, env })).toMatch(
      /'two-refs' for the recipe cd-fvd .*found them of i3d-kinetics-400\.squash-half-pixel\.bneps-0\.001/,
    )
    const none = { KINEMETRIC_WEIGHTS: '' }
    // What is wrong with the options is said before weights are looked for.
    expect(await refused(['features', 'i3d', 'refs'], { cwd, env: none })).toMatch(/--out <file> or --save-as <name>/)
    expect(await refused(['features', 'i3d', 'refs', ...own, '--save-as', '../x'], { cwd })).toMatch(/'\.\.\/x'/)
  })

  test('distance of the two files prints the scores that score prints', async () => {
    const args = ['distance', '--generated', 'gens.npz', '--reference', 'refs.npz', '--metrics', 'fvd,kvd', '--json']
    const { code, stdout } = await kinemetric(args, { cwd })
    expect(code).toBe(0)
    const { scores }: { scores: Record<string, unknown>[] } = JSON.parse(stdout)
    expect(scores.map((score) => score.metric)).toEqual(['fvd', 'kvd'])
    for (const score of scores)
      for (const key of ['recipe', 'value', 'unit', 'better', 'n', 'interval', 'signature'])
        expect(score).toHaveProperty(key)
  })

  test('too few frames, and weights that are missing', async () => {
    const args = ['features', 'i3d', 'short', '--out', 'x.npy']
    expect(await refused([...args, ...own], { cwd })).toMatch(/clip-0: .*9/)
    expect(await refused(args, { cwd, env: { KINEMETRIC_WEIGHTS: '' } }, 3)).toMatch(/kinemetric weights pull i3d/)
    await writeFile(join(cwd, 'diary.pt'), 'dear diary')
    expect(await refused([...args, '--checkpoint', 'diary.pt', '--unverified'], { cwd })).toMatch(/diary\.pt/)
  })

  test('NaN, another dimension and files that are none are refused', async () => {
    const rows = new Float32Array(800).fill(1)
    rows[401] = Number.NaN
    await writeFile(join(cwd, 'nan.npy'), formatNpy({ data: rows, shape: [2, 400] }))
    expect(await refused(distance('nan.npy'), { cwd })).toMatch(/nan/i)
    await writeFile(join(cwd, 'narrow.npy'), formatNpy({ data: rows.subarray(0, 20), shape: [2, 10] }))
    expect(await refused(distance('narrow.npy'), { cwd })).toMatch(/400[\s\S]*10|10[\s\S]*400/)
    expect(await refused(distance('diary.pt'), { cwd })).toMatch(/diary\.pt/)
    expect(await refused(distance('nowhere.npy'), { cwd })).toMatch(/nowhere\.npy/)
  })

  test('explain without any weights says which command gets them for each recipe, with code 3', async () => {
    const args = ['explain', 'fvd', '--reference', 'refs', '--generated', 'gens', '--quiet']
    const { code, stdout, stderr } = await kinemetric(args, { cwd, env: { KINEMETRIC_WEIGHTS: '' } })
    expect({ code, stderr }).toEqual({ code: 3, stderr: 'error: no recipe has its weights\n' })
    expect(stdout).toMatch(/^[a-z]+, for which no clip was looked at; /)
    expect(stdout).toMatch(/stylegan-v: no value: .*kinemetric weights pull i3d-torchscript/)
  })

  test.runIf(process.env.KINEMETRIC_FULL)('explain shows every recipe, and at which stage they part', async () => {
    const args = ['explain', 'fvd', '--reference', 'refs', '--generated', 'gens', ...own, '--json']
    const { code, stdout } = await kinemetric(args, { cwd })
    expect(code).toBe(0)
    const { recipes }: { recipes: { recipe: string; partsAt: string }[] } = JSON.parse(stdout)
    expect(recipes.map(({ recipe }) => recipe)).toContain('videogpt')
    expect(new Set(recipes.map(({ partsAt }) => partsAt)).size).toBeGreaterThan(1)
  })
})
