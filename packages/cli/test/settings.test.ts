import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeFivePairs } from './five-pairs.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()
const sides = ['--reference', 'refs', '--generated', 'gens', '--quiet']
const metrics = ['--metrics', 'psnr:y-basicsr,psnr:frame-mean,ssim:y-matlab-u8']
const set = ['--set', 'psnr.crop=4', '--set', 'ssim.crop=2']

interface Printed {
  scores: { metric: string; recipe: string; value: number; n: number; signature: string }[]
}

async function score(args: string[]): Promise<Printed> {
  const { code, stdout } = await kinemetric(['score', ...sides, '--json', ...args], { cwd })
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

beforeAll(() => writeFivePairs(cwd))

const namesOf = (recipe: { choosable: { name: string }[] }) => recipe.choosable.map(({ name }) => name).join(' ')

describe('score --set', () => {
  test('stands in recipe and signature, moves the value, and leaves recipes without the setting as they were', async () => {
    const plain = await score([...metrics, '--out', 'plain'])
    const own = await score([...metrics, ...set, '--out', 'own'])
    expect(own.scores.map(({ metric, recipe }) => `${metric}:${recipe}`)).toEqual([
      'psnr:y-basicsr+crop-4',
      'psnr:frame-mean',
      'ssim:y-matlab-u8+crop-2',
    ])
    expect(own.scores[0].signature).toContain('|crop:4|')
    expect(plain.scores[0].signature).toContain('|crop:0|')
    expect(own.scores[1]).toEqual(plain.scores[1])
    for (const at of [0, 2]) expect(own.scores[at].value).not.toBe(plain.scores[at].value)
    const byName = await score(['--metrics', 'psnr:y-basicsr+crop-4,psnr,ssim:y-matlab-u8+crop-2', '--out', 'named'])
    expect(byName.scores).toEqual(own.scores)
  })

  test('goes with processes and with shards, whose merged record is the same bytes, and verify makes it again', async () => {
    await score([...metrics, ...set, '--out', 'one'])
    await score([...metrics, ...set, '--out', 'jobs', '--jobs', '2'])
    for (const shard of ['1/2', '2/2'])
      await kinemetric(['score', ...sides, ...metrics, ...set, '--out', 'parts', '--shard', shard], { cwd })
    await kinemetric(['merge', 'parts', '--quiet'], { cwd })
    const [one, jobs, parts] = await Promise.all(
      ['one', 'jobs', 'parts'].map((out) => readFile(join(cwd, out, 'as-is', 'gens.json'), 'utf8')),
    )
    expect(jobs).toBe(one)
    expect(JSON.parse(parts).scores).toEqual(JSON.parse(one).scores)
    const { code, stdout } = await kinemetric(['verify', 'one'], { cwd })
    expect(stdout).toContain(' 0 wrong')
    expect(code).toBe(0)
  })

  test.each([
    ['psnr.krop=4', /expected a setting of psnr: inside, outside, dilate, crop, found 'krop'; did you mean crop\?/],
    ['psnx.crop=4', /did you mean psnr\?/],
    ['psnr.crop=four', /expected a whole number from 0 for crop, found 'four'/],
    ['ssim.crop=4', /ssim\.crop: expected a recipe that has it: ssim:y-basicsr/],
  ])('%s is refused, with what there is', async (text, said) => {
    expect(
      await refused(['score', ...sides, '--metrics', 'psnr:y-basicsr', '--set', text, '--out', 'refused'], { cwd }),
    ).toMatch(said)
  })

  test('metrics lists what may be set, in words and as JSON', async () => {
    const { stdout } = await kinemetric(['metrics', 'ssim'], { cwd })
    expect(stdout).toContain('--set ssim.crop=<value>  a whole number from 0, by default 0')
    const { stdout: json } = await kinemetric(['metrics', 'ssim', '--json'], { cwd })
    const [{ recipes }] = JSON.parse(json)
    expect(recipes.at(-1).choosable[0]).toMatchObject({ name: 'crop', kind: 'whole', default: 0 })
    expect(namesOf(recipes.at(-1))).toBe('crop inside outside dilate')
    expect(namesOf(recipes[0])).toBe('inside outside dilate')
  })
})

test('distance --set is refused where no distance has the setting', async () => {
  expect(
    await refused(['distance', '--generated', 'a.npy', '--reference', 'b.npy', '--set', 'fid.k=3'], { cwd }),
  ).toMatch(/fid has none to choose/)
})
