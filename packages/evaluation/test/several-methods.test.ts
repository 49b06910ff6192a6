import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { pattern, smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'
import { evaluate, type EvaluateHow, evaluateMethods, type GeneratedBy } from '../src/index.ts'

const full = process.env.KINEMETRIC_FULL === '1'
process.env.KINEMETRIC_COMMIT = 'test'
const ids = Array.from({ length: 5 }, (_, index) => `clip-${index}`)
const { root, manifest } = await preparedBenchmark(ids)
const kinds = ['plain', 'gap', 'samples', 'other'] as const
for (const [at, kind] of kinds.entries())
  await writeMethod(join(root, kind), ids, {
    shift: 0.2 * (at + 1),
    without: kind === 'gap' ? [2] : [],
    samples: kind === 'samples' ? 2 : 1,
  })

const how = (out: string, more: Partial<EvaluateHow> = {}): EvaluateHow => ({
  reference: { manifest },
  protocol: smallProtocol,
  metrics: ['psnr', 'ssim', 'motion-fidelity'],
  tracker: 'lucas-kanade',
  out: join(root, out),
  cache: false,
  ...more,
})
const by = (id: string): GeneratedBy => ({ generated: join(root, id), method: { id } })

async function digests(out: string): Promise<Record<string, string>> {
  const folder = join(root, out, 'small-48x64')
  const names = (await readdir(folder)).filter((name) => !name.endsWith('.run.json')).sort()
  const found: Record<string, string> = {}
  for (const name of names)
    found[name] = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex')
  return found
}

for (const id of kinds) await evaluate({ ...how('alone'), ...by(id) })
const alone = await digests('alone')

test.each(full ? [1, 2] : [2])(
  'methods in one pass have the records that each gets alone, byte for byte; jobs: %i',
  async (jobs) => {
    const evaluations = await evaluateMethods({ ...how(`together-${jobs}`, { jobs }), methods: kinds.map(by) })
    expect(evaluations.map(({ record }) => record.method.id)).toEqual([...kinds])
    expect(evaluations.map(({ record }) => record.clips.failed)).toEqual([0, 1, 0, 0])
    expect(await digests(`together-${jobs}`)).toEqual(alone)
  },
)

test('with the references of other clips too', async () => {
  const more: Partial<EvaluateHow> = { unrelated: 2, ...(full ? {} : { metrics: ['psnr', 'ssim'] }) }
  for (const id of ['plain', 'gap']) await evaluate({ ...how('unrelated', more), ...by(id) })
  await evaluateMethods({ ...how('unrelated-together', more), methods: ['plain', 'gap'].map(by) })
  expect(await digests('unrelated-together')).toEqual(await digests('unrelated'))
})

test('a pass that was stopped goes on; so does one of its methods alone', async () => {
  // What a method alone goes on with lies in the cache: without one a run keeps its tracks for itself.
  const cache = join(root, 'cache')
  const controller = new AbortController()
  const stopping = evaluateMethods({
    ...how('stopped', { cache, signal: controller.signal }),
    methods: kinds.map(by),
    onProgress: (event) => {
      if (event.kind === 'clip' && event.done === 9) controller.abort()
    },
  })
  await expect(stopping).rejects.toMatchObject({ code: 'aborted' })
  const { run } = await evaluate({ ...how('stopped', { cache }), ...by('gap') })
  expect(run.clips.resumed).toBeGreaterThan(0)
  const rest = await evaluateMethods({
    ...how('stopped', { cache }),
    methods: ['plain', 'samples', 'other'].map(by),
  })
  expect(rest[0].run.clips.resumed).toBeGreaterThan(0)
  expect(await digests('stopped')).toEqual(alone)
})

test('each reference is decoded once: one that cannot be read fails each method alike', async () => {
  const folder = join(root, 'references')
  await mkdir(folder)
  await writeLossless(join(folder, 'clip-0.mkv'), { pixels: pattern({ phase: 0 }), fps: 6 })
  await writeFile(join(folder, 'clip-1.mkv'), 'no video')
  const evaluations = await evaluateMethods({
    reference: { folder },
    metrics: ['psnr'],
    out: join(root, 'odd'),
    cache: false,
    methods: ['plain', 'gap'].map(by),
  })
  for (const { record } of evaluations)
    expect(record.failures.filter(({ reason }) => reason !== 'no-reference')).toEqual([
      expect.objectContaining({ clip: 'clip-1', reason: 'not-a-video' }),
    ])
})

test.each([
  ['two of one id', ['plain', 'plain']],
  ['none', []],
])('%s: refused before anything is scored', async (_, methods) => {
  await expect(evaluateMethods({ ...how('refused'), methods: methods.map(by) })).rejects.toMatchObject({
    code: 'bad-option',
  })
})
