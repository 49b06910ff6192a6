// Disks of which the test says how much is left: what a run is going to write is held against that before it begins.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { smallProtocol } from '../../benchmark/test/small-benchmark.ts'
import { preparedBenchmark, writeMethod } from './prepared-benchmark.ts'
import { evaluate, type EvaluateOptions, measureShard } from '../src/index.ts'

const disk = vi.hoisted(() => ({ free: 1e15 }))
// By its name alone: what it says of a disk has fields that nobody asks for.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  statfs: () => Promise.resolve({ bavail: disk.free, bsize: 1 }),
}))

const ids = ['clip-0', 'clip-1', 'clip-2']
const { root, manifest } = await preparedBenchmark(ids)
await writeMethod(join(root, 'plain'), ids, { shift: 0.2 })
beforeEach(() => void (disk.free = 1e15))

const seen = () => {
  const events: { warnings: string[]; bytes: number[] } = { warnings: [], bytes: [] }
  const onProgress: EvaluateOptions['onProgress'] = (event) => {
    if (event.kind === 'warning') events.warnings.push(event.message)
    if (event.kind === 'disk') events.bytes.push(event.bytes)
  }
  return { events, onProgress }
}
const options = (out: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  reference: { manifest },
  protocol: smallProtocol,
  generated: join(root, 'plain'),
  metrics: ['psnr'],
  cache: false,
  jobs: 1,
  out: join(root, out),
  ...more,
})

test('what will be written is said before, and bounds what is', async () => {
  const { events, onProgress } = seen()
  await expect(
    evaluate(options('bound', { onProgress, previews: true, signal: AbortSignal.timeout(0) })),
  ).rejects.toMatchObject({ code: 'aborted' })
  expect(events.bytes).toHaveLength(1)
  // A line a clip; two videos of 6 frames of 48×64 of each, of which H.264 keeps half of the colour, and the control signal's.
  expect(events.bytes[0]).toBeGreaterThan(3 * 3 * 6 * 48 * 64 * 1.5)
  expect(events.bytes[0]).toBeLessThan(3 * 3 * 6 * 48 * 64 * 1.5 + 3 * 3000)
})

const bytes = async (more: Partial<EvaluateOptions>) => {
  const { events, onProgress } = seen()
  await evaluate(
    options('tracks', {
      overwrite: true,
      metrics: ['motion-fidelity'],
      tracker: 'lucas-kanade',
      onProgress,
      ...more,
    }),
  )
  return events.bytes[0]
}

test('rows and tracks are counted for each folder that gets them', async () => {
  const points = smallProtocol.identity.motion.points
  const without = await bytes({ metrics: ['psnr'] })
  const tracks = await bytes({})
  expect(tracks - without).toBeGreaterThan(3 * 2 * points * 6 * 12)
})

test('where it may not be enough that is told, and where it cannot be nothing is begun', async () => {
  disk.free = 2000
  const { events, onProgress } = seen()
  await evaluate(options('warned', { onProgress }))
  expect(events.warnings).toEqual([
    expect.stringMatching(/^this run may write 4\.\d kB into .*, of 2\.0 kB free: free some of it, score a part/),
  ])
  disk.free = 200
  const refusal = {
    kind: 'disk',
    code: 'disk-full',
    message: expect.stringMatching(
      /expected 750 bytes for what is measured, a line a clip, found 200 bytes free; free some/,
    ),
  }
  await expect(evaluate(options('refused'))).rejects.toMatchObject(refusal)
  const { generated, method, ...how } = options('refused-shard')
  await expect(
    measureShard({ ...how, methods: [{ generated, method }], shard: { index: 1, count: 1 } }),
  ).rejects.toMatchObject(refusal)
  expect(await readdir(join(root, 'refused', 'small-48x64'))).toEqual(['.plain.journal.jsonl'])
})

test('who goes on wants room for the rest alone', async () => {
  const stopping = new AbortController()
  const onProgress: EvaluateOptions['onProgress'] = (event) => {
    if (event.kind === 'clip' && event.done === 2) stopping.abort()
  }
  await expect(evaluate(options('rest', { onProgress, signal: stopping.signal }))).rejects.toMatchObject({
    code: 'aborted',
  })
  disk.free = 300
  await evaluate(options('rest'))
})
