import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writePngFolder } from '@kinemetric/video'
import { readRecord, readRun } from '@kinemetric/records'
import { parseShard } from '../../benchmark/src/index.ts'
import { pattern, smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark } from './prepared-benchmark.ts'
import { evaluateMethods, type EvaluateMethodsOptions, measureShard, mergeShards } from '../src/index.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 4 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)

/** A folder as `run` leaves it, whose items say how long each clip took. */
async function writeRun(name: string, wallMs: readonly (number | undefined)[]): Promise<string> {
  const folder = join(root, name)
  for (const [at, id] of ids.entries()) {
    const sample = join(folder, id, 's0')
    await mkdir(join(folder, id), { recursive: true })
    await writePngFolder(sample, { pixels: pattern({ phase: at + 0.2 }), fps: undefined })
    await writeFile(join(sample, 'item.json'), JSON.stringify({ status: 'ok', wallMs: wallMs[at] }))
  }
  const environment = { provider: 'cpu', cpu: 'Xeon', cores: 2 }
  const method = { id: 'mine', kind: 'native', summary: 'Does it.' }
  await writeFile(join(folder, 'run.json'), JSON.stringify({ method, environment }))
  return folder
}

const options = (out: string, generated: string): EvaluateMethodsOptions => ({
  reference: { manifest },
  protocol: smallProtocol,
  metrics: ['psnr'],
  cache: false,
  out: join(root, out),
  methods: [{ generated, method: { scoredBy: 'Lab B' } }],
})
const recordOf = (out: string) => join(root, out, 'small-48x64', 'mine.json')

const run = await writeRun('run', [1000, 2000, 4000, undefined])

test('a record says what the method is and who scored it, and beside it what the run took, on what; merged shards have the same record, byte for byte', async () => {
  await evaluateMethods(options('whole', run))
  const { method } = await readRecord(recordOf('whole'))
  expect(method).toMatchObject({
    summary: 'Does it.',
    origin: { runner: 'native', scoredBy: 'Lab B' },
  })
  expect((await readRun(recordOf('whole').replace('.json', '.run.json'))).generation).toEqual({
    secondsPerSample: 2,
    samples: 3,
    devices: ['cpu, Xeon, 2 cores'],
  })
  for (const text of ['1/2', '2/2']) await measureShard({ ...options(`part-${text[0]}`, run), shard: parseShard(text) })
  await mergeShards({ folders: [join(root, 'part-1'), join(root, 'part-2')], out: join(root, 'merged') })
  expect(await readFile(recordOf('merged'))).toEqual(await readFile(recordOf('whole')))
})

test('two runs that made the same in other times have the same record', async () => {
  const other = await writeRun('other', [1000, undefined, undefined, undefined])
  await evaluateMethods(options('again', other))
  expect(await readFile(recordOf('again'))).toEqual(await readFile(recordOf('whole')))
})
