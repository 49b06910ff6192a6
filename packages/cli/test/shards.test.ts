import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeFivePairs } from './five-pairs.ts'
import { kinemetric, refused, temporaryFolder } from './kinemetric.ts'

describe('score --shard, status and merge', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await temporaryFolder()
    await writeFivePairs(cwd)
  })
  const score = ['score', '--reference', 'refs', '--generated', 'gens', '--metrics', 'psnr,ssim', '--quiet']

  test('the parts merged are the record of the whole', async () => {
    await kinemetric([...score, '--out', 'whole'], { cwd })
    const { code, stdout } = await kinemetric([...score, '--out', 'parts', '--shard', '1/2', '--json'], { cwd })
    expect(code).toBe(0)
    const { shards } = JSON.parse(stdout)
    expect(shards).toEqual([expect.objectContaining({ method: 'gens', shard: { index: 1, count: 2 } })])
    const half = await kinemetric(['status', 'parts'], { cwd })
    expect(half.code).toBe(1)
    expect(half.stdout).toMatch(/^gens \(as-is\): 1 done, 1 missing; \d measured$/m)
    expect(await refused(['merge', 'parts'], { cwd })).toMatch(/expected all 2 shards, found none of 2\/2/)
    const second = await kinemetric([...score, '--out', 'parts', '--shard', '2/2'], { cwd })
    expect(second.stdout).toMatch(/^shard 2\/2 of gens: \d measured \(0 were there\): /)
    expect((await kinemetric(['status', 'parts', '--json'], { cwd })).code).toBe(0)
    const merged = await kinemetric(['merge', 'parts', '--json'], { cwd })
    expect(merged.code).toBe(0)
    expect(JSON.parse(merged.stdout).methods).toHaveLength(1)
    for (const ending of ['json', 'parquet', 'hashes.jsonl'])
      expect(await readFile(join(cwd, 'parts', 'as-is', `gens.${ending}`))).toEqual(
        await readFile(join(cwd, 'whole', 'as-is', `gens.${ending}`)),
      )
    expect(await refused(['merge', 'parts'], { cwd })).toMatch(/is already there.*\n\(--overwrite replaces it/)
    // The protocol's own folder is named as well: results lie beside the shards.
    const again = await kinemetric(['merge', 'parts/as-is', '--overwrite', '--quiet'], { cwd })
    expect(again.stdout).toMatch(/^record: .*parts\/as-is\/gens\.json$/m)
    expect(existsSync(join(cwd, 'parts', 'as-is', 'as-is'))).toBe(false)
  })

  test.each(['0/3', '4/3', '1/0', 'x'])('--shard %s is code 2', async (shard) => {
    expect(await refused([...score, '--out', 'none', '--shard', shard], { cwd })).toMatch(/i\/N with i from 1 to N/)
  })

  test('two shards at once are refused: the first would be missing', async () => {
    const twice = [...score, '--out', 'none', '--shard', '1/2', '--shard', '2/2']
    expect(await refused(twice, { cwd })).toMatch(/--shard: expected one shard, found 1\/2 and 2\/2/)
  })

  test('with --progress json every line of progress is JSON; without it the line says whose it is', async () => {
    const loud = score.filter((word) => word !== '--quiet')
    const { stderr } = await kinemetric([...loud, '--out', 'json', '--progress', 'json'], { cwd })
    for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ progress: 'score' })
    expect((await kinemetric([...loud, '--out', 'text'], { cwd })).stderr).toMatch(/^score: computing psnr, ssim$/m)
  })

  test('folders without shards', async () => {
    expect(await refused(['merge', 'refs'], { cwd })).toMatch(/shards of .*score.* found none/)
    expect(await refused(['merge', 'refs', 'gens'], { cwd })).toMatch(/out: expected a folder for what is merged/)
    const { code, stdout } = await kinemetric(['status', 'refs'], { cwd })
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'no shards here\n' })
  })

  test('shards of a kind that this version does not know', async () => {
    await mkdir(join(cwd, 'unknown'))
    await writeFile(join(cwd, 'unknown', 'x.1-of-1.shard.json'), '{"schema":"kinemetric/songs-shard@1"}')
    for (const command of ['merge', 'status'])
      expect(await refused([command, 'unknown'], { cwd })).toMatch(/found one of the schema kinemetric\/songs-shard@1/)
  })
})
