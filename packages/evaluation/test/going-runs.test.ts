import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { takeLock } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { parseShard } from '../../benchmark/src/index.ts'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { type EvaluateMethodsOptions, evaluateMethods, type GoingRun, GoingRuns, measureShard } from '../src/index.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 5 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
await writeMethod(join(root, 'plain'), ids, { shift: 0.2, without: [1] })

const options = (out: string, more: Partial<EvaluateMethodsOptions> = {}): EvaluateMethodsOptions => ({
  reference: { manifest },
  protocol: smallProtocol,
  metrics: ['psnr'],
  cache: false,
  out: join(root, out),
  methods: [{ generated: join(root, 'plain'), method: { id: 'plain', name: 'Plain' } }],
  ...more,
})

test('a run is seen as it goes, and no more when its record is written', async () => {
  const runs = new GoingRuns(join(root, 'results'))
  expect(await runs.now()).toEqual([])
  const seen: Promise<GoingRun[]>[] = []
  const controller = new AbortController()
  const stopped = evaluateMethods(
    options('results', {
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind !== 'clip') return
        seen.push(runs.now())
        if (event.done === 3) controller.abort()
      },
    }),
  )
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
  const all = (await Promise.all(seen)).flat()
  expect(all.length).toBeGreaterThan(0)
  const run = { protocol: 'small-48x64', method: 'plain', name: 'Plain', total: 5, areClips: true }
  // Whether it is still at work when the answer comes is a matter of time.
  for (const each of all) expect(each).toMatchObject(run)
  expect(all.map(({ measured }) => measured)).toEqual(all.map(({ measured }) => measured).toSorted((a, b) => a - b))
  expect(await runs.now()).toEqual([{ ...run, measured: 3, failed: 1, isAtWork: false }])
  const unlock = await takeLock(join(root, 'results', 'small-48x64', '.plain.lock'))
  expect(await runs.now()).toEqual([{ ...run, measured: 3, failed: 1, isAtWork: true }])
  await unlock()
  await evaluateMethods(options('results'))
  expect(await runs.now()).toEqual([])
  expect((await readdir(join(root, 'results', 'small-48x64'))).filter((name) => name.startsWith('.'))).toEqual([])
})

test('shards are one run; how much it is, is known when all were begun', async () => {
  const runs = new GoingRuns(join(root, 'shards'))
  await measureShard({ ...options('shards'), shard: parseShard('1/2') })
  const [first] = await runs.now()
  expect(first).toMatchObject({ method: 'plain', total: null, shards: { count: 2, begun: 1 }, isAtWork: false })
  await measureShard({ ...options('shards'), shard: parseShard('2/2') })
  expect(await runs.now()).toMatchObject([
    { name: 'Plain', measured: 5, failed: 1, total: 5, areClips: true, shards: { count: 2, begun: 2 } },
  ])
  // Files of shards that are cut off, or somebody else's, are no run.
  const path = join(root, 'shards', 'small-48x64', 'plain.1-of-2.shard.json')
  const text = await readFile(path, 'utf8')
  for (const length of [0, 1, 30, text.length >> 1, text.length - 2]) {
    await writeFile(path, text.slice(0, length))
    expect(await runs.now()).toMatchObject([{ shards: { count: 2, begun: 1 } }])
  }
})
