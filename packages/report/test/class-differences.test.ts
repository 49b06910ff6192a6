import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { hallInterval } from '@kinemetric/metrics'
import { type TableRow, writeLabels, writeRecord, writeTable } from '@kinemetric/records'
import { writeFile } from 'node:fs/promises'
import { decodeClasses, type ClassesHead } from '../src/data-files/classes-file.ts'
import { buildModel } from '../src/site-model/build-model.ts'
import { protocolFiles } from '../src/site-model/clip-values/protocol-files.ts'
import { unitValues } from '../src/site-model/clip-values/unit-values.ts'
import { record, sha } from './fixtures.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-classes-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const methods = ['a', 'b', 'c']
const clips = Array.from({ length: 40 }, (_, at) => `c${at}`)
const classOf = (at: number) => (at < 30 ? 'many' : at < 36 ? 'videos' : 'few')
/** c has no value on the first ten. */
const valueOf = (method: number, at: number) => 20 + 0.3 * method + Math.sin(at * (method + 1)) * 0.1
const intervalOf = (values: Float64Array) => hallInterval(values).interval ?? 'none'

const members = (name: string, from = 0) => [...clips.keys()].filter((at) => at >= from && classOf(at) === name)
const differences = (name: string, first: number, second: number, from = 0) =>
  Float64Array.from(members(name, from), (at) => valueOf(first, at) - valueOf(second, at))
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length

async function files() {
  const folder = join(work, 'results', 'p')
  for (const [method, id] of methods.entries()) {
    const scores = [{ metric: 'psnr', value: 20, n: clips.length }]
    const entry = record({ id, protocol: 'p', clips: clips.length, scores })
    entry.clips.hashes = `${id}.hashes.jsonl`
    await writeRecord(join(folder, `${id}.json`), entry)
    const rows = clips.flatMap((clip, at): TableRow[] =>
      method === 2 && at < 10
        ? []
        : [{ clip, frame: -1, metric: 'psnr', recipe: 'frame-mean', value: valueOf(method, at) }],
    )
    await writeTable(join(folder, `${id}.parquet`), rows)
    // Of the class `videos` three clips each are of one video.
    const hashes = clips.map((clip, at) => ({
      clip,
      ...(classOf(at) === 'videos' ? { unit: `v${Math.floor(at / 3)}` } : {}),
      generated: sha('a'),
      reference: sha('b'),
      frames: 13,
    }))
    await writeFile(join(folder, `${id}.hashes.jsonl`), hashes.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
  await writeLabels(
    join(folder, 'labels.jsonl'),
    clips.map((clip, at) => ({ clip, class: classOf(at) })),
  )
  const { data } = await buildModel(join(work, 'results'), join(work, 'scratch'), { intervalOf, media: 'none' })
  const [{ data: protocol }] = data
  const mediaOf = new Int32Array(clips.length).fill(-1)
  return { protocol, files: [...protocolFiles(protocol, { mediaOf, slugs: new Map() })] }
}

describe('differences by class', () => {
  test('are the mean difference of two methods with its interval, turned with the pair, and by source video', async () => {
    const { protocol, files: written } = await files()
    const { classes } = protocol.clips
    expect(protocol.head.metrics.map((metric) => metric.classes)).toEqual(['classes-psnr'])
    const file = written.find(({ name }) => name === 'classes-psnr')!
    const head: ClassesHead = JSON.parse(JSON.stringify(file.head))
    const told = decodeClasses({ head, bytes: file.bytes })

    const own = differences('many', 0, 1)
    const { interval } = hallInterval(own)
    const found = told(0, 1, classes.indexOf('many'))!
    expect(found.mean).toBeCloseTo(mean(own), 3)
    expect(found.interval?.low).toBeCloseTo(interval!.low, 3)
    expect(found.interval?.high).toBeCloseTo(interval!.high, 3)
    const turned = told(1, 0, classes.indexOf('many'))!
    expect(turned).toEqual({ mean: -found.mean, interval: { low: -found.interval!.high, high: -found.interval!.low } })

    // Only clips that both have.
    expect(told(1, 2, classes.indexOf('many'))?.mean).toBeCloseTo(mean(differences('many', 1, 2, 10)), 3)
    // Six clips of two videos are two.
    expect(told(0, 2, classes.indexOf('videos'))).toEqual({
      mean: expect.closeTo(mean(differences('videos', 0, 2)), 3),
      interval: null,
      units: 2,
    })
    expect(told(0, 2, classes.indexOf('few'))).toMatchObject({ interval: null, units: 4 })
    expect(told(0, 0, 0)).toBeNull()
    expect(told(0, 1, 7)).toBeNull()
  })

  test('values of clips of one video are one value, whose mean is the clips’', () => {
    const values = Float64Array.of(1, 2, 3, 10)
    expect(unitValues(values, Int32Array.of(-1, -1, -1, -1))).toBe(values)
    const units = unitValues(values, Int32Array.of(0, 0, -1, 0))
    expect(units).toHaveLength(2)
    expect((units[0] + units[1]) / 2).toBeCloseTo(4, 12)
    // As `unitValues` of the metrics has it: 4 + (2 / 4) · Σ(x − 4).
    expect([...units].toSorted((a, b) => a - b)).toEqual([3.5, 4.5])
  })
})
