import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { findMetric } from '@kinemetric/metrics'
import { writeFivePairs } from './five-pairs.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

const cwd = await temporaryFolder()
const sides = ['--reference', 'refs', '--generated', 'gens', '--quiet']

interface Printed {
  scores: { metric: string; recipe: string; value: number; n: number }[]
  failures: unknown[]
  clips: { total: number; scored: number }
  warnings: string[]
}

async function score(args: string[]): Promise<Printed> {
  const { code, stdout } = await kinemetric(['score', ...sides, '--metrics', 'psnr', '--json', ...args], { cwd })
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

beforeAll(() => writeFivePairs(cwd))

describe('score --clips', () => {
  test('scores the named clips alone, the others are no failures, and the record says so', async () => {
    const all = await score(['--out', 'all'])
    const some = await score(['--out', 'some', '--clips', 'dog, bee'])
    expect(some.clips).toMatchObject({ total: 2, scored: 2 })
    expect(some.failures).toEqual([])
    expect(some.warnings.join()).toContain('2 of the 5 clips were asked for')
    expect(all.scores[0].n).toBe(5)
    expect(some.scores[0].value).not.toBe(all.scores[0].value)
  })

  test('a list in a file gives the same record', async () => {
    await writeFile(join(cwd, 'list.txt'), 'bee\r\n\ndog\nbee\n')
    const named = await score(['--out', 'named', '--clips', 'bee,dog'])
    const listed = await score(['--out', 'listed', '--clips', '@list.txt'])
    expect(listed.scores).toEqual(named.scores)
  })

  test('two shards of a list merge to what one pass makes of it', async () => {
    const one = await score(['--out', 'one', '--clips', 'ant,cat,eel'])
    for (const shard of ['1/2', '2/2'])
      await kinemetric(
        ['score', ...sides, '--metrics', 'psnr', '--out', 'parts', '--clips', 'ant,cat,eel', '--shard', shard],
        { cwd },
      )
    const { code, stdout } = await kinemetric(['merge', 'parts', '--json', '--quiet'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toContain(String(one.scores[0].value))
  })

  test.each([
    ['nope,bee', /"nope"/],
    [',', /at least one clip/],
    ['@absent.txt', /absent\.txt/],
  ])('--clips %s is refused', async (list, said) => {
    const args = ['score', ...sides, '--metrics', 'psnr', '--out', 'refused', '--clips', list]
    expect(await refused(args, { cwd })).toMatch(said)
  })
})

describe('run --clips', () => {
  test('makes the named clips alone; the whole run then makes the others', async () => {
    const prepare = ['prepare', 'folder', 'refs', '--protocol', 'as-is', '--out', 'prep', '--quiet']
    expect((await kinemetric(prepare, { cwd })).code).toBe(0)
    const run = ['run', 'static', '--manifest', 'prep/manifest.jsonl', '--out', 'made', '--json', '--quiet']
    const some: { done: number } = JSON.parse((await kinemetric([...run, '--clips', 'eel,ant'], { cwd })).stdout)
    expect(some.done).toBe(2)
    expect((await readdir(join(cwd, 'made'))).filter((name) => !name.includes('.'))).toEqual(['ant', 'eel'])
    const all: { done: number; resumed: number } = JSON.parse((await kinemetric(run, { cwd })).stdout)
    expect(all).toMatchObject({ done: 5, resumed: 2 })
    expect(await refused([...run, '--clips', 'ant,nope'], { cwd })).toMatch(/nope/)
  })
})

const explain = (...args: string[]) => ['explain', ...args, ...sides]

describe('explain --clip', () => {
  test('gives the value of each frame under every recipe, and says that the record has the same of the same frames', async () => {
    await score(['--out', 'held'])
    const args = explain('psnr', '--clip', 'cat', '--record', 'held/as-is/gens.json', '--json')
    const { code, stdout } = await kinemetric(args, { cwd })
    expect(code).toBe(0)
    const found: {
      defaultRecipe: string
      recipes: { recipe: string; value: number; recorded?: number; frames: number[]; values: number[] }[]
      sha256: unknown
      record: { sha256: unknown }
    } = JSON.parse(stdout)
    const usual = found.recipes.find(({ recipe }) => recipe === found.defaultRecipe)!
    expect(usual.recorded).toBe(usual.value)
    expect(usual.frames.length).toBeGreaterThan(1)
    expect(usual.values.reduce((sum, value) => sum + value, 0) / usual.values.length).toBeCloseTo(usual.value, 9)
    expect(found.record.sha256).toEqual(found.sha256)
    expect(found.recipes.map(({ recipe }) => recipe)).toEqual(findMetric('psnr').recipes.map(({ id }) => id))
    expect(found.recipes[2].recorded).toBeUndefined()
  })

  test('in words, with other frames than the record has', async () => {
    await score(['--out', 'other'])
    await kinemetric(
      ['score', '--reference', 'refs', '--generated', 'x=refs', '--metrics', 'psnr', '--out', 'other', '--quiet'],
      { cwd },
    )
    const { stdout } = await kinemetric(explain('psnr', '--clip', 'ant', '--record', 'other/as-is/x.json'), { cwd })
    expect(stdout).toMatch(/^\* frame-mean +\d/m)
    expect(stdout).toMatch(/generated frames [0-9a-f]{64} \(the record's are [0-9a-f]{64}\)/)
    expect(stdout).toMatch(/reference frames [0-9a-f]{64} \(those of the record\)/)
  })

  test('refuses what it cannot do, in words', async () => {
    expect(await refused(explain('fvd', '--clip', 'ant'), { cwd })).toMatch(/fvd, which is of sets/)
    expect(await refused(explain('psnr', '--clip', 'nope'), { cwd })).toMatch(/"nope"/)
    expect(await refused(explain('psnr'), { cwd })).toMatch(/--clip <id>/)
    expect(await refused(explain('fvd', '--record', 'x.json'), { cwd })).toMatch(/--record[\s\S]*--clip/)
    expect(await refused(explain('psnr', '--clip', 'ant', '--exclude', '0'), { cwd })).toMatch(/--exclude/)
  })
})
