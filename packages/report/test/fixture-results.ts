// Writes a made-up results folder with small videos. For tests of the site; never results.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashFile } from '@kinemetric/files'
import {
  type ComparedColumn,
  type KinemetricRecord,
  writeComparisons,
  writeRecord,
  writeTable,
} from '@kinemetric/records'
import { comparedColumn, comparisonsOf, type FixtureScore, record, sha, tableRows } from './fixtures.ts'

const ffmpeg = process.env.KINEMETRIC_FFMPEG ?? 'ffmpeg'

/** Whether test videos can be made here. Tests that need them are skipped, and say so, where not. */
export function hasFfmpeg(): boolean {
  const found = spawnSync(ffmpeg, ['-version']).status === 0
  if (!found) console.warn('skipped: no ffmpeg to make test videos with')
  return found
}

export interface ResultsOptions {
  clips?: number
  videos?: boolean
  methods?: readonly { id: string; name: string; trivial: boolean; quality: number }[]
  protocol?: string
  /** Default true: with a comparisons.json. */
  compared?: boolean
  /** Changes a method's record before it is written. */
  change?: (record: KinemetricRecord) => void
}

export const fixtureMethods = [
  { id: 'static', name: 'Static (frame 0 repeated)', trivial: true, quality: 0.8 },
  { id: 'alpha', name: 'Alpha', trivial: false, quality: 1 },
  { id: 'beta', name: 'Beta', trivial: false, quality: 1.1 },
] as const

/** Writes `<dir>/<protocol>/…` and answers the clips' ids. */
export async function writeFixtureResults(dir: string, options: ResultsOptions = {}): Promise<string[]> {
  const { clips = 4, videos = true, methods = fixtureMethods, protocol = 'interdyn-256x384' } = options
  const folder = join(dir, protocol)
  mkdirSync(folder, { recursive: true })
  const ids = Array.from({ length: clips }, (_, index) => `clip-${String(index + 1).padStart(clips > 99 ? 4 : 2, '0')}`)
  if (videos) {
    for (const side of ['reference', 'control', ...methods.map(({ id }) => id)]) {
      mkdirSync(join(folder, 'media', side), { recursive: true })
      const of = (at: number) => join(folder, 'media', side, `${ids[at]}.mp4`)
      for (const index of ids.keys())
        if (index < looks) makeVideo(of(index), side, index)
        else copyFileSync(of(index % looks), of(index))
    }
    for (const method of methods)
      for (const id of ids)
        writeFileSync(
          join(folder, 'media', method.id, `${id}.tracks.json`),
          JSON.stringify({ generated: tracks(method.quality), reference: tracks(1) }),
        )
  }
  for (const [index, method] of methods.entries()) {
    const entry = methodRecord(method, ids, protocol)
    if (videos) {
      entry.media = {
        clips: ids.map((clip, at) => ({
          clip,
          label: `A driver hits ${at + 1} boxes`,
          reference: `media/reference/${clip}.mp4`,
          control: `media/control/${clip}.mp4`,
          generated: `media/${method.id}/${clip}.mp4`,
          tracks: `media/${method.id}/${clip}.tracks.json`,
        })),
      }
    }
    options.change?.(entry)
    await writeRecord(join(folder, `${method.id}.json`), entry, { overwrite: true })
    const centre = {
      psnr: 20 * method.quality,
      ssim: 0.68 * method.quality,
      lpips: 0.3 / method.quality,
      'motion-fidelity': 0.5 * method.quality,
    }
    await writeTable(join(folder, `${method.id}.parquet`), tableRows(ids, centre, index), { overwrite: true })
  }
  if (options.compared !== false) await writeFixtureComparisons(folder, methods, protocol)
  return ids
}

/** Comparisons of the methods that are not trivial: PSNR and LPIPS separate the last from the others, SSIM and FVD nobody. */
async function writeFixtureComparisons(
  folder: string,
  methods: NonNullable<ResultsOptions['methods']>,
  protocol: string,
): Promise<void> {
  const ranked = methods.filter(({ trivial }) => !trivial).toSorted((a, b) => b.quality - a.quality)
  const valuesOf = (at: (quality: number) => number) =>
    Object.fromEntries(ranked.map(({ id, quality }) => [id, at(quality)]))
  const separated = ranked.slice(1).map(({ id }): [string, string] => [ranked[0].id, id])
  const stability = {
    resamples: 1000,
    seed: 0,
    sameOrder: 0.83,
    methods: ranked.map(({ id }, at) => ({ method: id, first: at === 0 ? 0.83 : 0.17, ranks: ranked.map(() => 0.5) })),
    tau: 0.7,
  }
  const trivialPair = (column: ComparedColumn): ComparedColumn => ({
    ...column,
    trivialPairs: column.pairs
      .slice(0, 1)
      .map((pair) => ({ ...pair, second: methods.find(({ trivial }) => trivial)?.id ?? 'static' })),
  })
  const comparisons = comparisonsOf(
    [
      trivialPair(comparedColumn({ metric: 'psnr', values: valuesOf((q) => 20 * q), separated, stability })),
      comparedColumn({ metric: 'ssim', values: valuesOf((q) => 0.68 * q), stability }),
      comparedColumn({ metric: 'lpips', values: valuesOf((q) => 0.3 / q), separated }),
      comparedColumn({
        metric: 'fvd',
        values: valuesOf((q) => 100 / q),
        pair: { test: 'jackknife+exchange', verdict: 'not-resolved', resolution: 14.2 },
      }),
    ],
    protocol,
  )
  comparisons.records = await Promise.all(
    methods.map(async ({ id, name }) => ({
      method: id,
      name,
      record: await hashFile(join(folder, `${id}.json`)),
      table: sha('0'),
      hashes: null,
    })),
  )
  await writeComparisons(join(folder, 'comparisons.json'), comparisons)
}

function methodRecord(
  method: (typeof fixtureMethods)[number] | NonNullable<ResultsOptions['methods']>[number],
  ids: readonly string[],
  protocol: string,
): KinemetricRecord {
  const { id, name, trivial, quality } = method
  const ns = [5, 6, 8, 10, 14, 20, 29]
  const fvd = 100 / quality
  const scores: FixtureScore[] = [
    {
      metric: 'psnr',
      value: 20 * quality,
      half: 0.8,
      n: ids.length,
      details: { samples: { fewest: 3, most: 5, seSeedsOnly: 0.2, seWithInfinitelyManySamples: 0.4, intraclass: 0.8 } },
    },
    { metric: 'ssim', value: 0.68 * quality, half: 0.021, n: ids.length },
    { metric: 'lpips', value: 0.3 / quality, half: 0.018, n: ids.length },
    {
      metric: 'fvd',
      value: fvd,
      half: 22,
      n: ids.length,
      warnings: [`${ids.length} clips for 400 dimensions: the value is biased upwards; see FVD∞`],
      details: {
        sampleSize: { generated: ids.length, reference: ids.length, clips: ids.length, dimension: 400 },
        extrapolation: { ns, values: ns.map((n) => fvd * (0.7 + 6 / n) + Math.sin(n) * 2), intercept: fvd * 0.7 },
        influence: ids.slice(0, 12).map((clip, at) => ({ clip, without: fvd + 9 - 3 * at, change: 9 - 3 * at })),
      },
    },
    {
      metric: 'motion-fidelity',
      value: 0.5 * quality,
      half: 0.04,
      n: ids.length,
      details: {
        motion: {
          tracker: 'lucas-kanade',
          points: 100,
          seed: 0,
          directions: { generatedToReference: 0.52 * quality, referenceToGenerated: 0.48 * quality },
          skipped: [{ clip: ids[0], object: 'box', pixels: 34, reason: 'fewer than 100 pixels' }],
          staticShare: { generated: 0.1, reference: 0.05 },
          invisibleShare: { generated: 0.02, reference: 0.01 },
          shuffledBaseline: { value: 0.31, n: 8, seed: 0 },
        },
      },
    },
  ]
  const entry = record({
    id,
    name,
    trivial,
    protocol,
    clips: ids.length + (id === 'alpha' ? 1 : 0),
    scores,
    failures:
      id === 'alpha'
        ? [
            {
              clip: 'clip-99',
              reason: 'truncated',
              message: 'expected 14 frames, found 9 in generated/alpha/clip-99.mp4',
            },
          ]
        : [],
  })
  return entry
}

/** 14 frames at 7 fps in which a square moves by a fixed way each frame, so that the frame shown can be read off a picture. */
/** So many videos of a side differ; clips beyond repeat them. */
const looks = 4

function makeVideo(path: string, side: string, seed: number): void {
  if (existsSync(path)) return
  const colours = ['0x5a7d9a', '0x9a6b5a', '0x6b8f6a', '0x8a7a9a']
  const background = side === 'control' ? 'black' : colours[seed]
  const box = side === 'control' ? 'white' : '0xf2e2b0'
  // drawbox has no variable for the frame, overlay has.
  const move = side === 'static' ? '0' : side === 'beta' ? 'n*11' : 'n*12'
  const filter = `color=${background}:s=192x128:r=7:d=2[b];color=${box}:s=28x28:r=7:d=2[s];[b][s]overlay=x=8+${move}:y=${40 + 6 * seed}:eval=frame,format=yuv420p`
  const args = [
    '-v',
    'error',
    '-y',
    '-filter_complex',
    filter,
    '-frames:v',
    '14',
    '-c:v',
    'libx264',
    '-crf',
    '20',
    '-g',
    '7',
    path,
  ]
  const result = spawnSync(ffmpeg, args, { encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`ffmpeg could not make ${path}: ${result.stderr}`)
}

function tracks(speed: number) {
  const starts = Array.from({ length: 25 }, (_, index) => [10 + (index % 5) * 5.5, 44 + Math.floor(index / 5) * 5])
  return {
    width: 192,
    height: 128,
    queries: starts.map(([x, y]) => [0, x, y]),
    tracks: starts.map(([x, y]) => Array.from({ length: 14 }, (_, t) => [x + 12 * t * speed, y])),
    visible: starts.map((_, n) => Array.from({ length: 14 }, (_, t) => (n === 3 && t > 8 ? 0 : 1))),
  }
}
