import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatNpy, readFeatureFile } from '@kinemetric/metrics'
import { writeSafetensors } from '@kinemetric/networks'
import { beforeAll, describe, expect, test } from 'vitest'
import { i3dTensors } from '../../networks/src/i3d-tensor-names.ts'
import { formulaTensors } from '../../networks/test/formula-weights.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'
import { writeVideo } from './small-videos.ts'

const cwd = await temporaryFolder()
const own = ['--checkpoint', 'i3d.safetensors', '--unverified', '--quiet']

beforeAll(async () => {
  for (const phase of [0, 1]) {
    await writeVideo(join(cwd, 'refs'), `clip-${phase}`, { frames: 9, phase })
    await writeVideo(join(cwd, 'gens'), `clip-${phase}`, { frames: 9, phase: phase + 0.3 })
  }
  await writeVideo(join(cwd, 'short'), 'clip-0', { frames: 8 })
  await writeSafetensors(join(cwd, 'i3d.safetensors'), formulaTensors(i3dTensors('pytorch-i3d')))
})

describe('features and distance', () => {
  test('one row a clip for i3d, from a checkpoint given by hand', async () => {
    for (const side of ['refs', 'gens']) {
      const args = ['features', 'i3d', side, ...own, '--out', `${side}.npz`, '--json']
      const { code, stdout, stderr } = await kinemetric(args, { cwd })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(JSON.parse(stdout)).toMatchObject({ network: 'i3d-kinetics-400', rows: 2, dimension: 400, failures: [] })
    }
    expect(await readFeatureFile(join(cwd, 'refs.npz'))).toMatchObject({ features: { rows: 2, dimension: 400 } })
  })

  test('distance of the two files prints the scores that score prints', async () => {
    const args = ['distance', '--generated', 'gens.npz', '--reference', 'refs.npz', '--metrics', 'fvd,kvd', '--json']
    const { code, stdout } = await kinemetric(args, { cwd })
    expect(code).toBe(0)
    const { scores } = JSON.parse(stdout) as { scores: Record<string, unknown>[] }
    expect(scores.map((score) => score.metric)).toEqual(['fvd', 'kvd'])
    for (const score of scores)
      for (const key of ['recipe', 'value', 'unit', 'better', 'n', 'interval', 'signature'])
        expect(score).toHaveProperty(key)
  })

  test('too few frames, and weights that are missing', async () => {
    const args = ['features', 'i3d', 'short', '--out', 'x.npy']
    await refused([...args, ...own], { cwd }, /clip-0: .*9/)
    await refused(args, { cwd, env: { KINEMETRIC_WEIGHTS: '' } }, /kinemetric weights pull i3d/, 3)
    await writeFile(join(cwd, 'diary.pt'), 'dear diary')
    await refused([...args, '--checkpoint', 'diary.pt', '--unverified'], { cwd }, /diary\.pt/)
  })

  test('NaN, another dimension and files that are none are refused', async () => {
    const distance = (file: string) => ['distance', '--generated', file, '--reference', 'refs.npz', '--metrics', 'fvd']
    const rows = new Float32Array(800).fill(1)
    rows[401] = Number.NaN
    await writeFile(join(cwd, 'nan.npy'), formatNpy({ data: rows, shape: [2, 400] }))
    await refused(distance('nan.npy'), { cwd }, /nan/i)
    await writeFile(join(cwd, 'narrow.npy'), formatNpy({ data: rows.subarray(0, 20), shape: [2, 10] }))
    await refused(distance('narrow.npy'), { cwd }, /400[\s\S]*10|10[\s\S]*400/)
    await refused(distance('diary.pt'), { cwd }, /diary\.pt/)
    await refused(distance('nowhere.npy'), { cwd }, /nowhere\.npy/)
  })

  test.runIf(process.env.KINEMETRIC_FULL)('explain shows every recipe, and at which stage they part', async () => {
    const args = ['explain', 'fvd', '--reference', 'refs', '--generated', 'gens', ...own, '--json']
    const { code, stdout } = await kinemetric(args, { cwd })
    expect(code).toBe(0)
    const { recipes } = JSON.parse(stdout) as { recipes: { recipe: string; partsAt: string }[] }
    expect(recipes.map(({ recipe }) => recipe)).toContain('videogpt')
    expect(new Set(recipes.map(({ partsAt }) => partsAt)).size).toBeGreaterThan(1)
  })
})
