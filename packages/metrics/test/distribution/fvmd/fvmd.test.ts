import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  distance,
  findDistance,
  findRecipe,
  gridQueries,
  metricCatalogue,
  readTrackedSides,
  statisticsOf,
} from '@kinemetric/metrics'
import { type Query, type Tracklets, tracksToJson, type TracksMaker } from '@kinemetric/networks'
import { describe, expect, test } from 'vitest'
import { fvmdSpec } from '../../../src/distribution/fvmd/fvmd.ts'
import { directionOf, motionHistogram, weightOf } from '../../../src/distribution/fvmd/motion-histogram.ts'
import { formulaTracks } from './fvmd-tracks.ts'

type Sums = Record<`${'velocity' | 'upstream_acc' | 'paper_acc'}_hist_sum`, number>
type Hashes = Record<'velocity_hist_sha256_u16le_of_8h' | 'upstream_acc_hist_sha256' | 'paper_acc_hist_sha256', string>
type Cells = Record<'clip0_cell_t1_h2_w3' | 'clip7_cell_t3_h1_w0' | 'clip7_paper_acc_t3_h1_w0', number[]>

const golden: {
  s: number
  gt: Sums & Hashes & Cells
  gen: Sums & Hashes & Cells
  distance: Record<'as_released' | 'paper_acc' | 'velocity_only' | 'identical_sets', number>
  exact: Record<'as_released' | 'paper_acc', number>
  single_vectors: { v: [number, number]; bin: number | null; weight: number }[]
} = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'goldens', 'fvmd.json'), 'utf8'))

const clips = Array.from({ length: 12 }, (_, clip) => clip)
const tracks = (kind: 'gt' | 'gen') => clips.map((clip) => formulaTracks(clip, 16, golden.s, kind))
const sides = { gt: tracks('gt'), gen: tracks('gen') }
const rowsOf = (kind: 'gt' | 'gen', second: 'repeated-velocity' | 'acceleration') =>
  sides[kind].map((each) => motionHistogram(each, second))

function matrix(rows: readonly Float32Array[]) {
  const [{ length: dimension }] = rows
  const data = new Float32Array(rows.length * dimension)
  for (const [at, row] of rows.entries()) data.set(row, at * dimension)
  return { data, rows: rows.length, dimension }
}

/** Eighths of a field's histograms of all clips, as 16-bit whole numbers. */
function digestOf(rows: readonly Float32Array[], from: number): string {
  const eighths = Uint16Array.from(rows.flatMap((row) => [...row.subarray(from, from + 512)].map((each) => 8 * each)))
  return createHash('sha256').update(new Uint8Array(eighths.buffer)).digest('hex')
}

const sumOf = (rows: readonly Float32Array[], from: number) =>
  rows.reduce((sum, row) => sum + row.subarray(from, from + 512).reduce((own, each) => own + each, 0), 0)

const cellOf = (row: Float32Array, t: number, h: number, w: number, from = 0) => [
  ...row.subarray(from + 8 * (16 * t + 4 * h + w), from + 8 * (16 * t + 4 * h + w) + 8),
]

const unfit = (code: string) => expect.objectContaining({ kind: 'unfit', code })

const score = async (recipe: string, generated: 'gt' | 'gen', reference: 'gt' | 'gen') => {
  const found = findRecipe(fvmdSpec, recipe)
  const [own, theirs] = [generated, reference].map((kind) => matrix(rowsOf(kind, found.second)))
  return (await fvmdSpec.distance.value('fvmd', found, own, theirs)).value
}

const rowsIn = (seed: number) => {
  const data = Float32Array.from({ length: 9 * 40 }, (_, at) => Math.sin(seed + 0.7 * at + 0.01 * at * at))
  return { data, rows: 9, dimension: 40 }
}

const choice = (recipe: string) => ({ metric: findDistance('fvmd'), recipe })

describe('motion histograms are those of FVMD’s code', () => {
  for (const kind of ['gt', 'gen'] as const)
    test(`of formula tracks, ${kind}`, () => {
      const [released, paper] = [rowsOf(kind, 'repeated-velocity'), rowsOf(kind, 'acceleration')]
      const expected = golden[kind]
      expect(digestOf(released, 0)).toBe(expected.velocity_hist_sha256_u16le_of_8h)
      expect(digestOf(released, 512)).toBe(expected.upstream_acc_hist_sha256)
      expect(digestOf(paper, 512)).toBe(expected.paper_acc_hist_sha256)
      expect(sumOf(released, 0)).toBe(expected.velocity_hist_sum)
      expect(sumOf(released, 512)).toBe(expected.upstream_acc_hist_sum)
      expect(sumOf(paper, 512)).toBe(expected.paper_acc_hist_sum)
      expect(cellOf(released[0], 1, 2, 3)).toEqual(expected.clip0_cell_t1_h2_w3)
      expect(cellOf(released[7], 3, 1, 0)).toEqual(expected.clip7_cell_t3_h1_w0)
      expect(cellOf(paper[7], 3, 1, 0, 512)).toEqual(expected.clip7_paper_acc_t3_h1_w0)
      expect(paper[3].every((each) => each === 0)).toBe(true)
    })

  test('of single vectors, on the edges of bins as float32 has them', () => {
    for (const { v, bin, weight } of golden.single_vectors) {
      const [x, y] = v.map(Math.fround)
      expect(weightOf(x, y), String(v)).toBe(weight)
      // Of no length there is no direction.
      expect(bin === null ? null : directionOf(x, y), String(v)).toBe(bin)
    }
  })

  test('are of squares of fives, in multiples of four frames, with numbers as positions', () => {
    const [track] = sides.gt
    expect(() => motionHistogram({ ...track, count: 399 }, 'acceleration')).toThrow(unfit('shape-mismatch'))
    expect(() => motionHistogram(formulaTracks(0, 14, 0, 'gt'), 'acceleration')).toThrow(unfit('shape-mismatch'))
    const broken = { ...track, points: track.points.with(5, Number.NaN) }
    expect(() => motionHistogram(broken, 'acceleration')).toThrow(unfit('not-finite'))
  })
})

describe('FVMD', () => {
  test('is that of its code within what a root of singular matrices is good for, and nearer to the exact value', async () => {
    const released = await score('as-released', 'gen', 'gt')
    expect(Math.abs(released / golden.distance.as_released - 1)).toBeLessThan(1e-6)
    expect(Math.abs(released - golden.exact.as_released)).toBeLessThan(1e-3)
    const paper = await score('paper', 'gen', 'gt')
    expect(Math.abs(paper / golden.distance.paper_acc - 1)).toBeLessThan(1e-6)
    expect(Math.abs(paper - golden.exact.paper_acc)).toBeLessThan(1e-3)
  })

  test('of equal sides is a little below 0, by the ridge', async () => {
    const value = await score('as-released', 'gt', 'gt')
    expect(value).toBeCloseTo(-2 * 1024 * 1e-5, 3)
    expect(Math.abs(value - golden.distance.identical_sets)).toBeLessThan(0.1)
    expect(Math.abs(await score('as-released+ridge-0', 'gt', 'gt'))).toBeLessThan(1e-6)
  })

  test('is the same of rows and of the covariances of these', async () => {
    const recipe = findRecipe(fvmdSpec, 'paper+ridge-0.5')
    const [own, theirs] = [rowsIn(1), rowsIn(2)]
    const gaussians = await Promise.all([own, theirs].map(async (side) => (await statisticsOf(side)).gaussian(1)))
    const ofRows = await fvmdSpec.distance.value('fvmd', recipe, own, theirs)
    expect(ofRows.value).toBeCloseTo(
      (await fvmdSpec.distance.value('fvmd', recipe, gaussians[0], gaussians[1])).value,
      9,
    )
    expect(ofRows.value).toBeLessThan(
      (await fvmdSpec.distance.value('fvmd', findRecipe(fvmdSpec, 'paper+ridge-0'), own, theirs)).value - 1,
    )
  })

  test('settings decide windows and size, and stand in the need and the name', () => {
    const recipe = findRecipe(fvmdSpec, 'paper+windows-disjoint+resize-short256+ridge-1e-7')
    expect(recipe).toMatchObject({ ridge: 1e-7, settings: { ridge: 1e-7, windows: 'disjoint', resize: 'short256' } })
    expect(fvmdSpec.needs(recipe)).toMatchObject({
      kind: 'tracked-rows',
      ask: { preprocessing: 'short256', windows: { resize: 'short256', frames: 16, stride: 16, grid: 20 } },
    })
    expect(() => findRecipe(fvmdSpec, 'paper+ridge--1')).toThrow(/a number from 0/)
    expect(metricCatalogue).toContain(fvmdSpec)
  })
})

describe('folders of tracks', () => {
  const maker: TracksMaker = { id: 'own', digest: 'abc', settings: { window: 21 } }
  const size = { width: 256, height: 256 }
  const grid = gridQueries({ grid: 20, margin: 8 }, size)
  type File = { tracklets: Tracklets; queries?: Query[]; tracker?: TracksMaker; size?: typeof size }

  function folderOf(files: Record<string, File>): string {
    const folder = mkdtempSync(join(tmpdir(), 'tracks-'))
    for (const [clip, { tracklets, queries = grid, tracker = maker, size: own = size }] of Object.entries(files))
      writeFileSync(
        join(folder, `${clip}.json`),
        JSON.stringify(tracksToJson(tracklets, queries, own, { exact: true, tracker })),
      )
    return folder
  }

  const whole = (kind: 'gt' | 'gen') =>
    folderOf(Object.fromEntries(sides[kind].map((tracklets, clip) => [`clip-${clip}`, { tracklets }])))

  test('give the distance of their tracks, under the tracker that made them, with an error by clip', async () => {
    const both = await readTrackedSides(whole('gen'), whole('gt'), choice('as-released'))
    expect(both.warnings).toEqual([])
    const [found] = await distance(both.generated, both.reference, {
      metrics: [choice('as-released')],
      interval: { paired: true },
      floor: false,
    })
    expect(Math.abs((found.value ?? 0) - golden.exact.as_released)).toBeLessThan(1e-3)
    expect(found.recipe).toBe('as-released/tracker:own')
    expect(found.signature).toContain('|tracker:own|tracker-digest:abc|tracker-window:21|')
    expect(found.interval?.method).toContain('jackknife')
    expect(found.details).toMatchObject({ sampleSize: { generated: 12, reference: 12, clips: 12 } })
  })

  test('have a row a window; points of the first frame alone are followed on, which is said', async () => {
    const tracklets = formulaTracks(1, 19, 0, 'gt')
    const folder = folderOf({ a: { tracklets } })
    const { generated, warnings } = await readTrackedSides(folder, folder, choice('as-released'))
    expect(generated.data).toMatchObject({ rows: 4, clipOfRow: Int32Array.of(0, 0, 0, 0) })
    expect(warnings[0]).toMatch(/generated: in 1 of 1 clips points were asked for in the first frame alone/)
    const disjoint = await readTrackedSides(folder, folder, choice('as-released+windows-disjoint'))
    expect(disjoint.generated.data).toMatchObject({ rows: 1 })
    expect(disjoint.warnings).toEqual([])
  })

  test('a clip that is too short has no row and is named; nothing else is passed over', async () => {
    const [first, second] = sides.gt
    const short = formulaTracks(2, 14, 0, 'gt')
    const some = folderOf({ a: { tracklets: first }, b: { tracklets: short }, c: { tracklets: second } })
    const { generated, warnings } = await readTrackedSides(some, some, choice('paper'))
    expect(generated).toMatchObject({
      data: { rows: 2, clipOfRow: Int32Array.of(0, 2) },
      origin: { clips: 2, failed: 1 },
    })
    expect(warnings[0]).toBe('generated: b has no row: expected at least the 16 frames of a window, found 14')
    const read = (folder: string) => readTrackedSides(folder, folder, choice('paper'))
    await expect(read(folderOf({ b: { tracklets: short } }))).rejects.toMatchObject({ code: 'too-few' })
    await expect(read(folderOf({}))).rejects.toMatchObject({ code: 'bad-option' })
    const large = folderOf({ a: { tracklets: first, size: { width: 384, height: 256 } } })
    await expect(read(large)).rejects.toMatchObject({
      code: 'shape-mismatch',
      found: expect.stringContaining('384×256'),
    })
    const turned = folderOf({ a: { tracklets: first, queries: grid.map(({ t, x, y }) => ({ t, x: y, y: x })) } })
    await expect(read(turned)).rejects.toMatchObject({
      code: 'shape-mismatch',
      found: expect.stringContaining('point 1'),
    })
    const two = folderOf({ a: { tracklets: first }, b: { tracklets: second, tracker: { ...maker, id: 'other' } } })
    await expect(read(two)).rejects.toMatchObject({ code: 'recipe-mismatch' })
    const others = await readTrackedSides(
      folderOf({ a: { tracklets: first, tracker: { ...maker, digest: 'x' } } }),
      some,
      choice('paper'),
    )
    await expect(distance(others.generated, others.reference, { metrics: [choice('paper')] })).rejects.toMatchObject({
      code: 'recipe-mismatch',
    })
    await expect(readTrackedSides(some, some, { metric: findDistance('fvd') })).rejects.toMatchObject({
      code: 'recipe-mismatch',
    })
  })
})
