import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { prepare } from '../../benchmark/src/index.ts'
import { pattern } from '../../benchmark/test/small-benchmark.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'
import { evaluate, type EvaluateOptions } from '../src/index.ts'

process.env.KINEMETRIC_COMMIT = 'test'
const root = await temporaryFolder()
// Six frames of which one is missing between the third and the fourth: times of a container, no rate.
const lost = { pixels: pattern(), fps: undefined, timestamps: Float64Array.from([0, 0.25, 0.5, 1, 1.25, 1.5]) }
const whole = { pixels: pattern({ phase: 0.3 }), fps: 4 }
for (const side of ['ref', 'gen']) await mkdir(join(root, side))
for (const id of ['a', 'b']) {
  await writeLossless(join(root, 'ref', `${id}.mkv`), id === 'b' ? lost : whole)
  await writeLossless(join(root, 'gen', `${id}.mkv`), lost)
}
const gap = 'a gap after frame 2, from 0.5 to 1 s: 6 frames where 7 have time, 1 missing'
const options = (out: string, more: Partial<EvaluateOptions> = {}): EvaluateOptions => ({
  reference: { folder: join(root, 'ref') },
  generated: join(root, 'gen'),
  out: join(root, out),
  metrics: ['psnr'],
  cache: false,
  ...more,
})

test('what decoding finds odd is told, and stands in the record with the clip and the side', async () => {
  const told: string[] = []
  const onProgress: EvaluateOptions['onProgress'] = (event) => {
    if (event.kind === 'warning') told.push(event.message)
  }
  const { record } = await evaluate(options('whole', { onProgress }))
  const expected = [`a: generated: ${gap}`, `b: generated: ${gap}`, `b: reference: ${gap}`]
  expect(record.warnings?.filter((message) => message.includes('a gap'))).toEqual(expected)
  expect(told.filter((message) => message.includes('a gap'))).toEqual(expected)
})

test('a run that was stopped and goes on says the same', async () => {
  const stop = new AbortController()
  const onProgress: EvaluateOptions['onProgress'] = (event) => {
    if (event.kind === 'clip') stop.abort()
  }
  await expect(evaluate(options('resumed', { onProgress, signal: stop.signal }))).rejects.toMatchObject({
    code: 'aborted',
  })
  const { paths } = await evaluate(options('resumed'))
  const record = (out: string) => readFile(paths.record.replace(join(root, 'resumed'), join(root, out)), 'utf8')
  expect(await record('resumed')).toBe(await record('whole'))
})

test('a preparation tells it too', async () => {
  const { warnings } = await prepare({
    adapter: 'folder',
    dataset: join(root, 'ref'),
    protocol: 'as-is',
    out: join(root, 'prepared'),
  })
  expect(warnings).toEqual([{ clip: 'b', message: gap }])
})
