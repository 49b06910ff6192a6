import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTable, type TableRow, writeTable } from '@kinemetric/records'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { ClipStore } from '../src/site-model/clip-values/clip-store.ts'
import { scanClips } from '../src/site-model/clip-values/scan-clips.ts'
import { ScratchFile } from '../src/site-model/clip-values/scratch-file.ts'

const work = mkdtempSync(join(tmpdir(), 'kinemetric-store-test-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))
let folders = 0

const metrics = [
  { metric: 'psnr', recipe: 'frame-mean' },
  { metric: 'lpips', recipe: 'alex' },
]

function ofSample(sample: string | undefined, frame: number, value: number): TableRow {
  return {
    clip: 'a',
    ...(sample === undefined ? {} : { sample }),
    frame,
    metric: 'psnr',
    recipe: 'frame-mean',
    value,
  }
}

/** A store of one method's rows, in which clips are the sorted ids of the rows. */
async function stored(rows: readonly TableRow[], frames = 5) {
  const path = join(work, `${folders++}.parquet`)
  await writeTable(path, rows)
  const ids = [...(await scanClips(path, false)).clips].toSorted()
  const store = new ClipStore(ids, metrics, frames, mkdtempSync(join(work, 'scratch-')))
  await store.add(0, path, (clip) => clip)
  return store
}

const row = fc.record({
  clip: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  frame: fc.integer({ min: -1, max: 5 }),
  metric: fc.constantFrom('psnr', 'lpips', 'other'),
  recipe: fc.constantFrom('frame-mean', 'alex', 'alex+unrelated'),
  value: fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, Number.NaN, Infinity)).map((value) => value + 0),
})

test('values come back by metric, clip and frame, whatever the order of the rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(row, {
        selector: (each) => `${each.clip} ${each.frame} ${each.metric} ${each.recipe}`,
        minLength: 1,
        maxLength: 80,
      }),
      async (rows) => {
        const store = await stored(rows)
        for (const [at, { metric, recipe }] of metrics.entries()) {
          const own = rows.filter((each) => each.metric === metric && each.recipe === recipe)
          const column = store.column(at, 0)
          const curves = store.curves(at, 0, 0, store.ids.length)
          for (const [clip, id] of store.ids.entries()) {
            const of = (frame: number) => own.find((each) => each.clip === id && each.frame === frame)?.value
            const frames = [0, 1, 2, 3, 4].map((frame) => of(frame) ?? Number.NaN)
            const finite = frames.filter(Number.isFinite)
            const mean =
              finite.length === 0 ? Number.NaN : finite.reduce((sum, value) => sum + value, 0) / finite.length
            expect(column[clip] + 0).toBe((of(-1) ?? mean) + 0)
            expect(
              [...(curves?.subarray(5 * clip, 5 * clip + 5) ?? frames.map(() => Number.NaN))].map((value) => value + 0),
            ).toEqual(frames)
          }
        }
        store.close()
      },
    ),
    { numRuns: 60 },
  )
})

test('frames of several samples are their mean, and a clip’s value is that over all of them', async () => {
  const store = await stored([
    ofSample('0', 1, 10),
    ofSample('0', -1, 10),
    ofSample('1', 1, 20),
    ofSample('1', -1, 20),
    ofSample(undefined, -1, 15.5),
  ])
  expect([...store.column(0, 0)]).toEqual([15.5])
  expect([...store.curves(0, 0, 0, 1)!]).toEqual([Number.NaN, 15, Number.NaN, Number.NaN, Number.NaN])
  expect([store.has(0), store.has(1), store.hasFrames(0)]).toEqual([true, false, true])
  store.close()
})

test('a table that breaks off leaves a method without values, not with some', async () => {
  const path = join(work, 'broken.parquet')
  await writeTable(path, [{ clip: 'a', frame: -1, metric: 'psnr', recipe: 'frame-mean', value: 1 }])
  const store = new ClipStore(['a'], metrics, 5, mkdtempSync(join(work, 'scratch-')))
  await expect(store.add(0, join(work, 'nothing.parquet'), (clip) => clip)).rejects.toMatchObject({ code: 'not-found' })
  expect([store.has(0), ...store.column(0, 0)]).toEqual([false, Number.NaN])
  expect(await readTable(path)).toHaveLength(1)
  store.close()
})

test('a scratch file keeps what was written far apart and in any order, in little memory', () => {
  const places = fc.array(fc.tuple(fc.integer({ min: 0, max: 2_000_000 }), fc.double({ noNaN: true })), {
    maxLength: 300,
  })
  fc.assert(
    fc.property(places, (writes) => {
      const file = new ScratchFile(join(work, `scratch-${folders++}`))
      for (const [at, value] of writes) file.set(at, value)
      const last = new Map(writes)
      const found = new Map([...last.keys()].map((at) => [at, file.get(at)]))
      const block = new Float64Array(3)
      for (const at of last.keys()) {
        file.read(at, block)
        expect(block[0]).toBe(last.get(at))
      }
      file.close()
      expect(found).toEqual(last)
    }),
    { numRuns: 30 },
  )
})
