import { realpath, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { hashBytes, readJson, writeWhole } from '@kinemetric/files'
import { z } from 'zod'
import { outline, type Probe } from './probe.ts'
import { probePaths } from './probe-pool.ts'

/** Raised when the same file gives another answer. */
const VERSION = 1

/** So many videos are decoded on a core in a few seconds. */
const DECODED_IN_SECONDS = 100

/** Files that are read at once. */
const AT_ONCE = 8

/** What was found is kept this often, so that a run that is killed loses little. */
const KEEP_EVERY_MS = 20_000

export interface ProbeOptions {
  /** Folder of the user's cache; undefined remembers nothing. */
  cache?: string | undefined
  jobs?: number | undefined
  /** Where decoding would take more than seconds, ask containers alone; what they say is not remembered. */
  hurry?: boolean | undefined
  signal?: AbortSignal | undefined
  onProgress?: ((done: number, total: number) => void) | undefined
}

const probeSchema = z.union([
  z.strictObject({
    height: z.number(),
    width: z.number(),
    fps: z.number().nullable(),
    frames: z.number(),
    damage: z.string().optional(),
  }),
  z.strictObject({ unreadable: z.string(), lasting: z.literal(true) }),
])
const memorySchema = z.strictObject({
  version: z.literal(VERSION),
  /** By file name: size and times when it was decoded, and what was found. */
  videos: z.record(z.string(), z.tuple([z.string(), probeSchema])),
})

/**
 * What each of a folder's videos is found to be when it is decoded to its end, on all cores. What is remembered of a file that has not changed since is not
 * looked at again; a memory that cannot be read or written costs time, never correctness.
 * @param paths by id, all in one folder
 * @throws the signal's reason; KinemetricError where there is no decoder
 */
export async function probeVideos(
  folder: string,
  paths: ReadonlyMap<string, string>,
  { cache, jobs = availableParallelism(), hurry = false, signal, onProgress }: ProbeOptions = {},
): Promise<Map<string, Probe>> {
  const place = cache === undefined ? undefined : join(cache, 'probes', `${hashBytes(await realpath(folder))}.json`)
  const memory = await read(place)
  const found = new Map<string, Probe>()
  const asked = new Map<string, { id: string; state: string | undefined }>()
  for (const [id, path] of paths) {
    const state = await stateOf(path)
    const known = state === undefined ? undefined : memory.get(basename(path))
    if (known !== undefined && known[0] === state) found.set(id, known[1])
    else asked.set(path, { id, state })
  }
  if (hurry && asked.size > jobs * DECODED_IN_SECONDS) await askContainers(asked, found, signal)
  let kept = Date.now()
  let keeping: Promise<void> = Promise.resolve()
  const keep = () => (keeping = keeping.then(() => write(place, memory)))
  const onProbe = (path: string, probe: Probe) => {
    const { id, state } = asked.get(path) ?? { id: path, state: undefined }
    found.set(id, probe)
    if (state !== undefined && (!('unreadable' in probe) || probe.lasting)) memory.set(basename(path), [state, probe])
    onProgress?.(found.size, paths.size)
    if (Date.now() - kept < KEEP_EVERY_MS) return
    kept = Date.now()
    void keep()
  }
  try {
    await probePaths([...asked.keys()], { jobs, signal, onProbe })
  } finally {
    if (asked.size > 0) await keep()
  }
  return found
}

/** Takes what containers say for what decoding would find. Files that say nothing stay to be decoded. */
async function askContainers(
  asked: Map<string, { id: string; state: string | undefined }>,
  found: Map<string, Probe>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const queue = [...asked]
  const take = async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      signal?.throwIfAborted()
      const [path, { id }] = next
      const said = await outline(path)
      if (said === undefined) continue
      found.set(id, said)
      asked.delete(path)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take))
}

/** Size and times of a file, links followed: another value means that it may be another. Undefined where it is not there. */
async function stateOf(path: string): Promise<string | undefined> {
  return stat(path).then(
    ({ size, mtimeMs, ctimeMs }) => `${size}:${mtimeMs}:${ctimeMs}`,
    () => undefined,
  )
}

type Memory = Map<string, [string, Probe]>

async function read(place: string | undefined): Promise<Memory> {
  if (place === undefined) return new Map()
  const memory = await readJson(place, memorySchema).catch(() => undefined)
  return new Map(Object.entries(memory?.videos ?? {}))
}

async function write(place: string | undefined, memory: Memory): Promise<void> {
  if (place === undefined || memory.size === 0) return
  // Shards look at different videos of one folder at the same time: what others wrote meanwhile stays.
  const both = new Map([...(await read(place)), ...memory])
  const text = JSON.stringify({ version: VERSION, videos: Object.fromEntries(both) })
  await writeWhole(place, text, { durable: false }).catch(() => undefined)
}
