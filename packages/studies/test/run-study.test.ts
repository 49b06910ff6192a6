import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findBenchmark, planStudy, runStudy, type StudyResult, studyVariants } from '@kinemetric/studies'
import { temporaryFolder } from '../../../test/temporary-folder.ts'
import { treeOf } from '../../runners/test/tree-of.ts'
import { writeSmallBenchmark } from './small-benchmark.ts'

const root = await temporaryFolder('kinemetric-study-')
const path = await writeSmallBenchmark(join(root, 'files'))
const benchmark = await findBenchmark(path)
const ask = { benchmark, out: join(root, 'study') }

/** What a study ends with; of a shard what it waits for is no end. */
async function finished(out: string, how: Parameters<typeof runStudy>[1] = {}): Promise<StudyResult> {
  const result = await runStudy({ benchmark, out }, how)
  if ('waiting' in result) throw new Error(`still waiting: ${JSON.stringify(result.waiting)}`)
  return result
}

/** Everything that a study makes that says neither when nor how long. */
function made(out: string): Promise<Record<string, string>> {
  return treeOf(out, /^(?:state|measured|cost)\.json$|\.run\.json$/)
}

const shard = (index: number) => ({ shard: { index, count: 2 } })

test('a study goes through every stage to record, verdicts, table and site, and begins no stage again that is done', async () => {
  const before = await planStudy(ask)
  expect(before.stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
    'make to do',
    'prepare to do',
    'run to do',
    'run to do',
    'score to do',
    'report to do',
  ])
  expect(before.hours).toBeNull()
  expect(before.notMeasured).toContain('score physics-256x384')

  const { records, verdicts, table, site, failures } = await finished(ask.out)
  expect(failures).toEqual([])
  expect(records.map(({ method }) => method.id)).toEqual(['driver-only', 'still'])
  expect(verdicts[0].held.map(({ metric, verdict, reasons }) => [metric, verdict, ...reasons])).toEqual([
    ['psnr', 'not-comparable', 'no interval here'],
    ['ssim', 'not-comparable', 'no interval here'],
    ['lpips', 'not-comparable', 'not measured here'],
  ])
  expect(await readFile(table, 'utf8')).toContain('Claims of A small benchmark')
  const provenance = await readFile(join(site.outDir, 'physics-256x384', 'provenance.html'), 'utf8')
  expect(provenance).toContain('not comparable: no interval here')

  const tree = await made(ask.out)
  const stages: string[] = []
  await runStudy(ask, {
    onProgress: (event) => event.kind === 'stage' && stages.push(`${event.stage} ${event.isDone}`),
  })
  expect(stages).toEqual(expect.arrayContaining(['make true', 'score true']))
  expect(await made(ask.out)).toEqual(tree)

  const after = await planStudy(ask)
  expect(after.stages.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'done'))
})

test('variants are scored again from the same clips, and what needs others is told with the command that makes it', async () => {
  const { outcomes } = await studyVariants(ask)
  expect(outcomes.map(({ id, state }) => [id, state])).toEqual([
    ['pooled', 'scored'],
    ['all-frames', 'scored'],
    ['seed-1', 'to make'],
  ])
  const [pooled, frames, seed] = outcomes
  // The mean of logarithms is above the logarithm of the mean.
  expect(pooled.moves.map(({ metric, move }) => [metric, move! < 0])).toEqual([
    ['psnr', true],
    ['psnr', true],
  ])
  // The given frame is the reference's own.
  expect(frames.moves.every(({ move }) => move! > 0)).toBe(true)
  expect(frames.moves).toHaveLength(4)
  expect(seed.command).toBe(
    `kinemetric reproduce ${path} --variant seed-1 --out ${join(ask.out, 'variants', 'seed-1')}`,
  )
})

// Every stage twice: for the full run.
test.runIf(process.env.KINEMETRIC_FULL === '1')(
  'two shards, one after the other, end with the records and the table of one pass',
  async () => {
    const out = join(root, 'shards')
    const waits: string[] = []
    for (const index of [1, 2, 1]) {
      const result = await runStudy({ benchmark, out }, shard(index))
      if ('waiting' in result)
        waits.push(result.waiting.map(({ title, done, of }) => `${title} ${done}/${of}`).join(', '))
    }
    expect(waits[0]).toBe('preparing physics-256x384 1/2')
    expect(waits[1]).toMatch(/^running still .* 1\/2, running driver-only .* 1\/2$/)
    await finished(out, shard(2))
    const [whole, parts] = [await made(ask.out), await made(out)]
    const same = Object.keys(whole).filter((file) => /^(?:results|table|prepared.manifest)/.test(file))
    expect(same.length).toBeGreaterThan(5)
    for (const file of same) expect([file, parts[file]]).toEqual([file, whole[file]])
  },
)

test('another benchmark’s folder is not gone on in', async () => {
  const other = await findBenchmark(await writeSmallBenchmark(join(root, 'other'), { id: 'other' }))
  await expect(runStudy({ benchmark: other, out: ask.out })).rejects.toThrow(/expected the study of other, found small/)
})
