import { readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { benchmarkError, listVideos, type VideoEntry } from '@kinemetric/benchmark'
import { NameTable } from '@kinemetric/files'
import type { ClipFailure, GeneratedRun } from '@kinemetric/records'
import {
  type GeneratedClip,
  generatedOf,
  type GeneratedSample,
  listGenerated,
  locateSample,
} from './generated-clips.ts'
import { GeneratedTable } from './generated-table.ts'

/** What a method generated: the samples of each clip in the order of their numbers, at least one. */
export interface GeneratedSet {
  path: string
  byClip: GeneratedTable
  /** What `run.json` says of the method, where there is one. */
  run: GeneratedRun | undefined
  /** Seconds that its run took over each sample of which that is known, in no order. */
  seconds: readonly number[]
  /** In words, what was passed over. */
  warnings: string[]
}

/** A sample is named by its number (its seed): `7`, `s7`, `seed7`, `seed-7`. */
const SAMPLE_NAME = /^(?:s|seed[-_]?)?(\d+)$/i

/**
 * Finds what a method generated for clips of these names. A clip is `<clip>.<ext>` or a folder `<clip>/` of frames; its samples are `<clip>@<seed>.<ext>`,
 * `<clip>@<seed>/` with frames, `<clip>/<seed>.<ext>`, `<clip>/<seed>/` with frames, or the run contract's `<clip>/s<k>/`. The references' names come
 * first: where a reference is called `a@1`, `a@1.mp4` is that clip's and no sample of `a`.
 *
 * Two entries of one name are a failure of that clip, and so is a clip beside samples of itself: which is meant cannot be told.
 * @param known names of the reference clips
 * @param only the one sample of each clip that is wanted; undefined: all
 * @throws KinemetricError `bad-generated` where the folder or its `run.json` cannot be read, `bad-option` for a sample of clips that have none
 */
export async function findSamples(
  folder: string,
  known: Pick<ReadonlySet<string>, 'has'>,
  only: number | undefined,
): Promise<GeneratedSet> {
  const { entries, folders, duplicates, run, warnings } = await listGenerated(folder, known)
  const table = new GeneratedTable(folder)
  const parts = new Map<string, readonly GeneratedSample[]>()
  const add = (clip: string, samples: readonly GeneratedSample[]) => {
    if (samples.length === 0) return
    const all = [...(parts.get(clip) ?? table.get(clip) ?? []), ...samples]
    parts.set(clip, all)
    // In its place already; what it is in the end is not known before all are found.
    table.set(clip, all)
  }
  const found = new NameTable()
  for (const entry of entries) {
    const { name } = entry
    const { size } = found
    if (found.add(name) < size) continue
    const of = known.has(name) ? undefined : sampleOf(name, known)
    const ending = of === undefined && !duplicates.has(name) ? plainEnding(entry) : undefined
    if (ending !== undefined && table.get(name) === undefined) {
      table.addVideo(name, ending)
      continue
    }
    const generated = await generatedOf(entry, duplicates, only ?? 0)
    if (of !== undefined) add(of.clip, [{ ...generated, sample: of.sample }])
    else add(name, await ownSamples(name, generated, only))
  }
  // Folders that are no clip by themselves: what they hold are the samples of the clip that they are named after.
  for (const name of folders) {
    const clip = name.normalize('NFC')
    if (known.has(clip) && !found.has(clip)) add(clip, await nestedSamples(join(folder, name), clip))
  }
  requireSamples(folder, table, parts, only)
  const seconds: number[] = []
  for (const [clip, samples] of parts) {
    const own = wanted(clip, samples, only)
    for (const { wallMs } of own) if (wallMs !== undefined) seconds.push(wallMs / 1000)
    table.set(clip, own)
  }
  return { path: folder, byClip: table, run, seconds, warnings }
}

/**
 * Names of the clips of a folder that nothing else names: of its videos and folders of frames, and of samples the clip that they are samples of (`a@0.mp4`, `a/0.mp4`).
 * @throws as `findSamples`
 */
export async function clipNamesIn(folder: string): Promise<Set<string>> {
  const { entries, folders } = await listGenerated(folder)
  const names = new Set<string>()
  const own = new Set<string>()
  for (const { name } of entries) {
    own.add(name)
    const at = name.lastIndexOf('@')
    names.add(at > 0 && SAMPLE_NAME.test(name.slice(at + 1)) ? name.slice(0, at) : name)
  }
  for (const name of folders) {
    const clip = name.normalize('NFC')
    if (own.has(clip)) continue
    const inside = await listVideos(join(folder, name)).then(
      ({ entries: videos }) => [...videos],
      () => [],
    )
    if (inside.some((entry) => SAMPLE_NAME.test(entry.name))) names.add(clip)
  }
  return names
}

/** How a video file ends whose name says all of it; undefined for everything else. */
function plainEnding({ kind, name, path }: VideoEntry): string | undefined {
  if (kind !== 'video') return undefined
  const file = basename(path)
  const ending = extname(file)
  return file === `${name}${ending}` ? ending : undefined
}

/** Who asks for a sample beyond the first asks it of clips that have samples. */
function requireSamples(
  folder: string,
  all: GeneratedTable,
  parts: ReadonlyMap<string, readonly GeneratedSample[]>,
  only: number | undefined,
): void {
  if (only === undefined || only === 0 || all.size === 0) return
  if ([...parts.values()].flat().some((each) => each.sample !== undefined || 'contract' in each)) return
  throw benchmarkError('bad-option', 'sample', {
    expected: `clips with several samples in ${folder}, for the one of number ${only}`,
    found: 'clips with one each',
  })
}

/** Of a name that is no reference's: which clip's sample it is, if any. */
function sampleOf(name: string, known: Pick<ReadonlySet<string>, 'has'>): { clip: string; sample: string } | undefined {
  const at = name.lastIndexOf('@')
  const clip = name.slice(0, Math.max(at, 0))
  const number = SAMPLE_NAME.exec(name.slice(at + 1))
  return number !== null && known.has(clip) ? { clip, sample: number[1] } : undefined
}

/** The run contract's samples of a clip, or the clip itself. */
async function ownSamples(
  clip: string,
  generated: GeneratedClip,
  only: number | undefined,
): Promise<GeneratedSample[]> {
  const path = generated.contract
  if (only !== undefined || path === undefined) return [generated]
  const numbers = (await folderNames(path)).flatMap((name) => /^s(\d+)$/.exec(name)?.[1] ?? [])
  if (numbers.length < 2 && numbers[0] === '0') return [generated]
  return Promise.all(numbers.map(async (sample) => ({ ...(await locateSample(clip, path, sample)), sample })))
}

async function nestedSamples(path: string, clip: string): Promise<GeneratedSample[]> {
  const entries = await listVideos(path).then(
    (list) => [...list.entries],
    () => [],
  )
  const named = entries.map((entry) => ({ entry, number: SAMPLE_NAME.exec(entry.name)?.[1] }))
  if (named.length === 1) return [{ path: named[0].entry.path, sample: named[0].number ?? '0' }]
  const odd = named.find(({ number }) => number === undefined)
  if (odd === undefined) return named.map(({ entry, number = '' }) => ({ path: entry.path, sample: number }))
  const names = entries.map((entry) => basename(entry.path))
  return [ambiguous(clip, `one generated clip, or samples named by their seeds (0.mp4, 1.mp4, …)`, names)]
}

/** Samples in order and once each, or the failure that they are together. */
function wanted(clip: string, samples: readonly GeneratedSample[], only: number | undefined): GeneratedSample[] {
  const [first] = samples
  if (samples.length === 1 && (only === undefined || first.sample === undefined || Number(first.sample) === only))
    return [{ ...first, sample: undefined }]
  const names = samples.map((each) => ('path' in each ? basename(each.path) : (each.sample ?? clip)))
  if (samples.some(({ sample }) => sample === undefined))
    return [ambiguous(clip, 'one generated clip of that name, or samples of it', names)]
  const numbers = samples.map(({ sample = '' }) => BigInt(sample))
  if (new Set(numbers).size < numbers.length) return [ambiguous(clip, 'each sample of a clip once', names)]
  if (only !== undefined) {
    const own = samples.find((_, index) => numbers[index] === BigInt(only))
    const message = `expected a sample ${only} of it, found ${names.join(', ')}`
    return own === undefined
      ? [{ failure: { clip, reason: 'missing-generated', message } }]
      : [{ ...own, sample: undefined }]
  }
  return samples.toSorted((a, b) => (BigInt(a.sample ?? 0) < BigInt(b.sample ?? 0) ? -1 : 1))
}

function ambiguous(clip: string, expected: string, names: readonly string[]): GeneratedSample {
  const message = `expected ${expected}, found ${names.join(' and ')}`
  return { failure: { clip, reason: 'duplicate-generated', message } satisfies ClipFailure }
}

async function folderNames(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : []))
}
