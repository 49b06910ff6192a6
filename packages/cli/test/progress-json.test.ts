import { cp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { writeFivePairs } from './five-pairs.ts'
import { kinemetric, type Outcome, refused, temporaryFolder } from './kinemetric.ts'

/** What stands on stderr, a line each: all of it has to be JSON. */
function linesOf(stderr: string): Record<string, unknown>[] {
  return stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('--progress json: every line on stderr is JSON', () => {
  let cwd: string
  beforeAll(async () => {
    cwd = await temporaryFolder()
    await writeFivePairs(cwd)
    await rm(join(cwd, 'gens', 'eel.mkv'))
    await cp(join(cwd, 'refs'), join(cwd, 'broken'), { recursive: true })
    await writeFile(join(cwd, 'broken', 'ant.mkv'), 'no video')
  })
  const json = (command: string): Promise<Outcome> => kinemetric([...command.split(' '), '--progress', 'json'], { cwd })
  const score = 'score --reference refs --generated gens --metrics psnr'

  test('failures of clips, and of a shard its name in each line', async () => {
    const whole = await json(`${score} --out whole`)
    expect(whole.code).toBe(1)
    expect(linesOf(whole.stderr)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ progress: 'score', total: 5 }),
        { failed: expect.stringMatching(/^eel: missing-generated: /) },
      ]),
    )
    for (const shard of ['1/2', '2/2'])
      for (const line of linesOf((await json(`${score} --out parts --shard ${shard}`)).stderr))
        expect(line).toHaveProperty('shard', shard)
    const prepared = await json('prepare folder broken --protocol as-is --out prepared')
    expect(prepared.code).toBe(1)
    expect(linesOf(prepared.stderr).at(-1)).toEqual({ failed: expect.stringMatching(/^ant: /) })
  })

  test('what is told, and warnings', async () => {
    expect(linesOf((await json('merge parts refs --out merged')).stderr)).toEqual(
      expect.arrayContaining([{ warning: 'refs: no shards here' }]),
    )
    const [introduction] = linesOf((await json('run static --manifest prepared/manifest.jsonl --out made')).stderr)
    expect(introduction).toEqual({ note: expect.stringMatching(/^Static /) })
  })

  test('errors, those of the command line too', async () => {
    const said = async (command: string) =>
      linesOf(await refused([...command.split(' '), '--progress=json'], { cwd })).at(-1)
    expect(await said(`${score} --out whole`)).toEqual({
      error: expect.stringMatching(/already there[^]*\n\(--overwrite replaces it/),
    })
    expect(await said(`${score} --shard 0/3 --out none`)).toEqual({
      error: expect.stringMatching(/^shard: expected i\/N/),
      shard: '0/3',
    })
    const parser = linesOf(await refused([...score.split(' '), '--nonsense', '--progress', 'json'], { cwd }))
    expect(parser).toEqual([{ error: "unknown option '--nonsense'" }, { note: '(see: kinemetric score --help)' }])
  })

  test('where it is not asked for, nothing is', async () => {
    const { stderr } = await kinemetric(['merge', 'parts', 'refs', '--out', 'plain', '--quiet'], { cwd })
    expect(stderr).toMatch(/^warning: refs: no shards here\nfailed: eel: missing-generated: /)
  })
})
