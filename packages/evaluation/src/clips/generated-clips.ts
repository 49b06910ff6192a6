import { readdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { benchmarkError, listVideos, shardFiles, type VideoEntry, type VideoList } from '@kinemetric/benchmark'
import { isError, NameTable, portableMessage, parseJson, readTextFile, systemReason } from '@kinemetric/files'
import { type ClipFailure, type GeneratedRun, generatedRunSchema, itemSchema } from '@kinemetric/records'

/** A generated clip's place, or why there is none to score. `contract`: the folder of its samples, where it is one of the run contract's. */
export type GeneratedClip = ({ path: string } | { failure: ClipFailure }) & {
  contract?: string | undefined
  /** How long the run took over it, milliseconds; where its item says so. */
  wallMs?: number | undefined
}

/** One sample of a clip: its place, or why there is none. `sample` is its name, a number as text, and stands only where the clip has several. */
export type GeneratedSample = GeneratedClip & { sample?: string | undefined }

export interface GeneratedFolder {
  path: string
  byClip: Map<string, GeneratedClip>
  /** What `run.json` says of the method, where there is one. */
  run: GeneratedRun | undefined
  /** Whether these are single images, each taken for a clip of one frame. */
  stills: boolean
  /** In words, what was passed over. */
  warnings: string[]
}

/**
 * Finds what a method generated, by clip name: a video file, a folder of frame images, or the run contract's `<clip>/s<sample>/`. Two entries of one
 * name are a failure of that clip.
 * @throws KinemetricError `bad-generated` where the folder or its `run.json` cannot be read.
 */
export async function findGenerated(folder: string, sample: number): Promise<GeneratedFolder> {
  const { entries, duplicates, warnings, run, stills } = await listGenerated(folder)
  const byClip = new Map<string, GeneratedClip>()
  for (const entry of entries)
    if (!byClip.has(entry.name)) byClip.set(entry.name, await generatedOf(entry, duplicates, sample))
  return { path: folder, byClip, run, stills, warnings }
}

/** What lies in a folder of generated clips. */
export interface GeneratedList extends VideoList, Pick<GeneratedFolder, 'run' | 'stills'> {
  /** Entries that have their name with others. */
  duplicates: ReadonlyMap<string, readonly VideoEntry[]>
}

/** @param known names of clips: a folder of such a name is none that is passed over @throws as `findGenerated` */
export async function listGenerated(folder: string, known?: Pick<ReadonlySet<string>, 'has'>): Promise<GeneratedList> {
  const list = await listVideos(folder, known).catch((cause: unknown) => {
    throw benchmarkError(
      'bad-generated',
      folder,
      `expected a readable folder of generated clips, found ${systemReason(cause)}`,
      { cause },
    )
  })
  const { entries } = list
  const names = new NameTable()
  const twice = new Set<string>()
  for (const { name } of entries) {
    const { size } = names
    if (names.add(name) < size) twice.add(name)
  }
  const duplicates = new Map<string, VideoEntry[]>()
  let stills = entries.length > 0
  for (const entry of entries) {
    stills &&= entry.kind === 'still'
    if (twice.has(entry.name)) duplicates.set(entry.name, [...(duplicates.get(entry.name) ?? []), entry])
  }
  return { ...list, duplicates, run: await readRun(folder), stills }
}

/** The place of an entry, or why there is none to score. */
export async function generatedOf(
  entry: VideoEntry,
  duplicates: GeneratedList['duplicates'],
  sample: number,
): Promise<GeneratedClip> {
  const same = duplicates.get(entry.name)
  return same === undefined ? locate(entry.name, entry, sample) : duplicate(entry.name, same)
}

function duplicate(clip: string, same: readonly VideoEntry[]): GeneratedClip {
  const found = same.map((entry) => basename(entry.path)).join(' and ')
  return {
    failure: {
      clip,
      reason: 'duplicate-generated',
      message: `expected one generated clip of that name, found ${found}`,
    },
  }
}

async function locate(clip: string, entry: VideoEntry, sample: number): Promise<GeneratedClip> {
  return entry.kind === 'samples' ? locateSample(clip, entry.path, sample) : { path: entry.path }
}

/** A sample of the run contract, `<folder>/s<sample>/` with its `item.json`. */
export async function locateSample(clip: string, folder: string, sample: number | string): Promise<GeneratedClip> {
  const generated = await readSample(clip, join(folder, `s${sample}`), sample)
  return { ...generated, contract: folder }
}

async function readSample(clip: string, path: string, sample: number | string): Promise<GeneratedClip> {
  // Not the whole path: records are published.
  const place = `${clip}/s${sample}`
  const text = await readTextFile(join(path, 'item.json'))
    .catch(absent)
    .catch((error: unknown) => (isError(error) ? error : Promise.reject(error)))
  if (isError(text)) return { failure: { clip, reason: 'generation-failed', message: portableMessage(text) } }
  if (text === undefined) {
    const there =
      (await readdir(path).catch(() => undefined)) === undefined
        ? `no folder s${sample}`
        : 'no item.json: the method did not finish it'
    return {
      failure: { clip, reason: 'missing-generated', message: `${place}: expected a finished sample, found ${there}` },
    }
  }
  const item = itemSchema.safeParse(parse(text))
  if (!item.success) {
    const message = `${place}/item.json: expected { "status": "ok" | "failed" | "skipped" }, found ${text.slice(0, 80)}`
    return { failure: { clip, reason: 'generation-failed', message } }
  }
  if (item.data.status === 'ok') return { path, wallMs: item.data.wallMs }
  const why = item.data.error?.message ?? 'no reason given'
  return {
    failure: { clip, reason: 'generation-failed', message: `${place}: the method says ${item.data.status}: ${why}` },
  }
}

async function readRun(folder: string): Promise<GeneratedRun | undefined> {
  const path = join(folder, 'run.json')
  const text = await readTextFile(path).catch(absent)
  if (text === undefined) {
    await requireNoShards(folder)
    return undefined
  }
  const run = generatedRunSchema.safeParse(parse(text))
  if (run.success) return run.data
  throw benchmarkError(
    'bad-generated',
    path,
    `expected the run contract's run.json, found ${run.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
  )
}

/**
 * Without run.json nobody knows which method made the clips, with which weights, whether it saw the answer: what shards made would get a record under another name.
 * @throws KinemetricError `bad-generated`
 */
async function requireNoShards(folder: string): Promise<void> {
  const shards = await shardFiles(folder, 'run')
  if (shards.length === 0) return
  throw benchmarkError('bad-generated', folder, {
    expected: 'run.json beside the clips',
    found: `shards of a run that are not merged (${shards[0]}${shards.length > 1 ? ', …' : ''})`,
    then: 'merge them first: kinemetric merge <folder>, which says what is missing',
  })
}

/** A file that is not there is none; what is there and cannot be read is told. */
function absent(error: unknown): undefined {
  if (!isError(error, 'input', 'not-found')) throw error
}

function parse(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** The name of a folder that was given as `generated/` or `.`. */
export function folderName(path: string): string {
  return basename(resolve(path))
}
