import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  chooseRecipes,
  distance,
  findDistance,
  findRecipe,
  formatNpz,
  openNpz,
  readFeatureFile,
  signature,
} from '@kinemetric/metrics'
import { expect, test } from 'vitest'
import { namesNpy } from '../../interchange/names-npy.ts'
import { randomFeatures } from '../../features/formula-features.ts'

const golden: { onEncoder: Record<string, string> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'goldens', 'given.json'), 'utf8'),
)
const generated = randomFeatures(1, 40, 6)
const reference = randomFeatures(2, 40, 6, 0.3)
const alone = { interval: false, floor: false, extrapolation: false, influential: 0 } as const

test.each(Object.entries(golden.onEncoder))('%s of an encoder is signed with its name', (id, wanted) => {
  const metric = findDistance(id)
  const recipe = `${metric.defaultRecipe}/of-dino-x`
  expect(signature(metric, recipe)).toBe(wanted)
  expect(findRecipe(metric, recipe).need).toEqual({
    network: 'dino-x',
    preprocessing: 'given',
    checkpoints: [],
    dimension: 0,
  })
})

const valuesOf = async (names: readonly string[], encoder?: string) => {
  const metrics = chooseRecipes(names.map(findDistance), [], [], encoder)
  const scores = await distance({ data: generated }, { data: reference }, { metrics, anyDimension: true, ...alone })
  return scores.map((score) => score.value)
}

test('fd and kd of an encoder are the distances of FID and KID', async () => {
  expect(await valuesOf(['fd', 'kd'], 'dino-x')).toEqual(await valuesOf(['fid', 'kid']))
})

test('an encoder is refused by metrics that are of a network of ours, and by a name that is none', () => {
  expect(() => chooseRecipes([findDistance('fid')], [], [], 'dino-x')).toThrow(/fid, which is of inception-2015-12-05/)
  expect(() => chooseRecipes([findDistance('fd')], [], [], 'dino x')).toThrow(/the name of an encoder/)
  expect(() => findRecipe(findDistance('fid'), 'torch-fidelity/of-dino-x')).toThrow(
    expect.objectContaining({ code: 'unknown-recipe' }),
  )
})

test('settings stand before the encoder', () => {
  const [{ recipe }] = chooseRecipes([findDistance('precision')], [], ['precision.k=3'], 'dino-x')
  expect(recipe).toBe('clovaai+k-3/of-dino-x')
  expect(findRecipe(findDistance('precision'), recipe)).toMatchObject({ k: 3, settings: { k: 3, encoder: 'dino-x' } })
})

test('rows of another encoder are refused', async () => {
  const metrics = chooseRecipes([findDistance('fd')], [], [], 'dino-x')
  const origin = { network: 'dino-y', preprocessing: 'given' }
  await expect(distance({ data: generated, origin }, { data: reference }, { metrics, ...alone })).rejects.toThrow(
    'fd: generated: expected features of network dino-x, found dino-y',
  )
})

test('a file of another program says its clips and its encoder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'given-'))
  const path = join(folder, 'rows.npz')
  const plain = { features: { data: generated.data, shape: [40, 6] }, encoder: { text: 'dino-x' } }
  await writeFile(path, formatNpz(plain))
  expect(await readFeatureFile(path)).toMatchObject({ origin: { network: 'dino-x', preprocessing: 'given' } })
  const names = Array.from({ length: 40 }, (_, i) => `clip-${i >> 1}`)
  await writeFile(path, namesNpy(formatNpz(plain), 'clips', names))
  const { clipNames, features } = await readFeatureFile(path)
  expect(clipNames).toEqual(names)
  expect([...(features.clipOfRow ?? [])].slice(0, 4)).toEqual([0, 0, 1, 1])
  expect(openNpz(namesNpy(formatNpz(plain), 'clips', ['ä', 'b'])).texts('clips')).toEqual(['ä', 'b'])
  await writeFile(path, namesNpy(formatNpz(plain), 'clips', ['a', 'b']))
  await expect(readFeatureFile(path)).rejects.toThrow(
    'clips: expected the name of the clip of each of 40 rows, found 2',
  )
})
