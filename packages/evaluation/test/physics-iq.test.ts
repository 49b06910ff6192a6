import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { evaluate, explainScores, verifyResults } from '@kinemetric/evaluation'
import { FeatureCache } from '@kinemetric/evaluation/feature-cache'
import { findMetric } from '@kinemetric/metrics'
import { readFrames, writeLossless } from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { prepare } from '../../benchmark/src/index.ts'
import { clipNames, writeRelease, writeRun } from '../../benchmark/test/datasets/physics-iq/small-release.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'

const root = await temporaryFolder()
const at = (...parts: string[]) => join(root, ...parts)
const names = clipNames(1)
const manifest = at('prepared', 'manifest.jsonl')
const metrics = ['script', 'table', 'verified'].map((recipe) => `physics-iq:${recipe}`)

beforeAll(async () => {
  await writeRelease(at('release'), { scenarios: 1 })
  await writeRun(at('model'), names)
  await prepare({
    adapter: 'physics-iq',
    dataset: at('release'),
    protocol: 'physics-iq-8fps',
    out: at('prepared'),
    options: { fps: 8 },
    jobs: 1,
  })
})

const scored = (generated: string, out: string, asked: readonly string[] = metrics) =>
  evaluate({ reference: { manifest }, generated: at(generated), out: at(out), metrics: asked, cache: false, jobs: 1 })

describe('a run of Physics-IQ', () => {
  test('is scored whatever size it has, and other metrics say that they want the reference’s', async () => {
    const { record } = await scored('model', 'results', [...metrics, 'psnr'])
    const [script, table, verified] = record.scores
    expect(script.value).toBeCloseTo(table.value ?? 0, 1)
    expect(verified.value).toBeGreaterThan(0)
    expect(script.details?.takes).toMatchObject({ ceiling: 100, scenarios: 1 })
    expect(script.details?.takes?.views.map(({ clip }) => clip)).toEqual(names)
    expect(record.failures.map(({ clip, reason, message }) => [clip, reason, message.slice(0, 5)])).toEqual(
      names.map((clip) => [clip, 'metric-failed', 'psnr:']),
    )
    // What stands in the table makes the record anew.
    const { wrong } = await verifyResults(at('results'), {
      store: new FeatureCache(undefined, at('none'), () => undefined),
    })
    expect(wrong).toEqual([])
  })

  test('is explained by every recipe', async () => {
    const { scores } = await explainScores({
      metric: findMetric('physics-iq'),
      reference: { manifest },
      generated: at('model'),
      jobs: 1,
    })
    const of = (recipe: string) => scores.find((score) => score.recipe === recipe)
    expect(scores).toHaveLength(16)
    expect(of('script')).toMatchObject({ partsAt: 'nowhere', dueToMeasuring: 0, dueToFormula: 0 })
    expect(of('verified')).toMatchObject({ partsAt: 'formula', dueToMeasuring: 0 })
    const lossless = of('verified+maskCodec-lossless')
    expect(lossless?.partsAt).toBe('measuring')
    expect((lossless?.dueToMeasuring ?? 0) + (lossless?.dueToFormula ?? 0) + (of('script')?.value ?? 0)).toBeCloseTo(
      lossless?.value ?? 0,
      8,
    )
  })

  test('without one of its videos has no score, and names it', async () => {
    await writeRun(at('lacking'), names)
    await rename(at('lacking', names[1]), at('lacking', '0002_anything'))
    const { record } = await scored('lacking', 'lacking-results')
    expect(record.scores.map(({ value }) => value)).toEqual([null, null, null])
    expect(record.scores[0].warnings?.[0]).toContain(`1 of 3 views were not measured (${names[1]})`)
    expect(record.failures.map(({ clip, reason }) => [clip, reason])).toEqual([
      [names[1], 'missing-generated'],
      ['0002_anything', 'no-reference'],
    ])
  })

  test('with a short video, or one of another rate, has no score', async () => {
    await writeRun(at('odd'), names)
    const { pixels } = await readFrames(at('odd', names[0]))
    await rm(at('odd', names[0]), { recursive: true })
    await writeLossless(at('odd', `${names[0]}.mkv`), { pixels, fps: 16 })
    await writeLossless(at('odd', `${names[1]}.mkv`), { pixels: pixels.hi(30), fps: 8 })
    await rm(at('odd', names[1]), { recursive: true })
    const { record } = await scored('odd', 'odd-results', ['physics-iq'])
    expect(record.scores[0].value).toBeNull()
    expect(record.failures.map(({ clip, message }) => [clip, message])).toEqual([
      [names[0], expect.stringContaining('expected 40 frames in 5 s (8 a second), found in 2.5 s (16 a second)')],
      [names[1], expect.stringContaining('expected 40 frames, found 30')],
    ])
  })

  test('of several runs is their mean', async () => {
    await mkdir(at('runs'))
    for (const [i, name] of names.entries())
      for (const run of [0, 1]) {
        // The other run has videos of other views.
        const { pixels } = await readFrames(at('model', names[(i + run) % 3]))
        await writeLossless(at('runs', `${name}@${run}.mkv`), { pixels, fps: 8 })
      }
    const { record } = await scored('runs', 'runs-results', ['physics-iq:table', 'physics-iq:verified'])
    const one = await scored('model', 'model-results', ['physics-iq:table', 'physics-iq:verified'])
    for (const [at, score] of record.scores.entries()) {
      const { values = [], sd } = score.details?.takes?.runs ?? {}
      expect(values[0]).toBeCloseTo(one.record.scores[at].value ?? 0, 8)
      expect(score.value).toBeCloseTo((values[0] + values[1]) / 2, 8)
      expect(sd).toBeCloseTo(Math.abs(values[0] - values[1]) / Math.SQRT2, 8)
    }
  })
})
