import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { prepare } from '../../benchmark/src/index.ts'
import { pattern, smallProtocol, writeDataset } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { evaluate, type EvaluateHow, evaluateMethods, type GeneratedBy } from '../src/index.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const root = await temporaryFolder()
const ids = Array.from({ length: 5 }, (_, index) => `clip-${index}`)
await writeDataset(join(root, 'dataset'), ids)
await prepare({
  adapter: 'physics',
  dataset: join(root, 'dataset'),
  protocol: smallProtocol,
  out: join(root, 'prepared'),
})

/** A method's videos: one lacks a clip, one has two samples a clip. */
const kinds = ['plain', 'gap', 'samples', 'other'] as const
for (const [at, kind] of kinds.entries()) {
  const folder = join(root, kind)
  await mkdir(folder)
  for (const [index, id] of ids.entries()) {
    if (kind === 'gap' && index === 2) continue
    const names = kind === 'samples' ? [`${id}@0`, `${id}@1`] : [id]
    for (const [sample, name] of names.entries())
      await writeLossless(join(folder, `${name}.mkv`), {
        pixels: pattern({ phase: index + 0.2 * (at + 1) + 0.05 * sample }),
        fps: 6,
      })
  }
}

const how = (out: string, more: Partial<EvaluateHow> = {}): EvaluateHow => ({
  reference: { manifest: join(root, 'prepared', 'manifest.jsonl') },
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

test.each([1, 2])(
  'methods in one pass have the records that each gets alone, byte for byte; jobs: %i',
  async (jobs) => {
    const evaluations = await evaluateMethods({ ...how(`together-${jobs}`, { jobs }), methods: kinds.map(by) })
    expect(evaluations.map(({ record }) => record.method.id)).toEqual([...kinds])
    expect(evaluations.map(({ record }) => record.clips.failed)).toEqual([0, 1, 0, 0])
    expect(await digests(`together-${jobs}`)).toEqual(alone)
  },
)

test('with the references of other clips too', async () => {
  for (const id of ['plain', 'gap']) await evaluate({ ...how('unrelated', { unrelated: 2 }), ...by(id) })
  await evaluateMethods({ ...how('unrelated-together', { unrelated: 2 }), methods: ['plain', 'gap'].map(by) })
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
