import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Shard, shardEnding, shardPaths } from '@kinemetric/benchmark'
import { isError, isThere, lockHolder } from '@kinemetric/files'
import { recordPaths } from '@kinemetric/records'
import { goingPath, readGoing } from './journal/going-file.ts'
import { JournalCount, type JournalCounts } from './journal/journal-count.ts'
import { readShardFile } from './journal/shard-file.ts'

/** A run of `score` that is not concluded yet: how far it is. None of it is a score. */
export interface GoingRun extends JournalCounts {
  /** Folder of its protocol in the results folder. */
  protocol: string
  /** Id of the method that is measured. */
  method: string
  /** Its name, as far as that is known. */
  name: string
  /** How much is to be measured; null as long as nobody knows. */
  total: number | null
  /** Whether each measurement is one of a clip of its own. */
  areClips: boolean
  /** Whether somebody is at work on it. */
  isAtWork: boolean
  /** Of a run in shards: how many there are to be, and how many of them were begun. */
  shards?: { count: number; begun: number } | undefined
}

/** Folders below the results folder that are looked at: records lie in one a protocol, below one a machine at most. */
const deepest = 3
const notLookedInto = /^\.|^(?:media|kept|clips|node_modules)$/
const ownJournal = /^\.(.+)\.journal\.jsonl$/

interface Part
  extends JournalCounts, Pick<GoingRun, 'protocol' | 'method' | 'name' | 'total' | 'areClips' | 'isAtWork'> {
  shard?: Shard
}

/**
 * Tells, as often as it is asked, which runs of `score` have begun in a results folder and are not concluded. It changes nothing there, and reads each line of
 * a journal once. What is half written, is gone while it is read, or is no journal counts as far as it is whole, or not at all.
 */
export class GoingRuns {
  readonly #folder: string
  readonly #journals = new Map<string, JournalCount>()
  /** What files of shards said, as long as they are the same. */
  readonly #shards = new Map<string, { stamp: string; said: Promise<ShardSaid | undefined> }>()

  constructor(resultsFolder: string) {
    this.#folder = resultsFolder
  }

  /** In the order of their folders and names. */
  async now(): Promise<GoingRun[]> {
    const parts: Part[] = []
    await this.#look(this.#folder, deepest, parts)
    const runs = Map.groupBy(parts, ({ protocol, method, shard }) =>
      JSON.stringify([protocol, method, shard?.count ?? 0]),
    )
    return [...runs.values()].map(together)
  }

  async #look(folder: string, depth: number, found: Part[]): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const [, method] = ownJournal.exec(name) ?? []
      const part =
        method !== undefined
          ? await this.#ownRun(folder, method)
          : name.endsWith(shardEnding)
            ? await this.#shard(join(folder, name))
            : undefined
      if (part !== undefined) found.push(part)
    }
    if (depth === 0) return
    for (const entry of entries)
      if (entry.isDirectory() && !notLookedInto.test(entry.name))
        await this.#look(join(folder, entry.name), depth - 1, found)
  }

  async #ownRun(folder: string, method: string): Promise<Part | undefined> {
    const counts = await this.#counts(join(folder, `.${method}.journal.jsonl`))
    const going = await readGoing(goingPath(folder, method))
    return {
      ...counts,
      protocol: basename(folder),
      method,
      name: going?.name ?? method,
      total: going?.tasks ?? null,
      areClips: going?.areClips ?? true,
      isAtWork: await isHeld(join(folder, `.${method}.lock`)),
    }
  }

  async #shard(path: string): Promise<Part | undefined> {
    const said = await this.#saidBy(path)
    if (said === undefined) return undefined
    const folder = dirname(path)
    const { protocol, method, shard } = said
    const paths = shardPaths(folder, method, shard)
    const isAtWork = await isHeld(paths.lock)
    if (!isAtWork && (await isThere(recordPaths(dirname(folder), protocol, method).record))) return undefined
    return { ...said, ...(await this.#counts(paths.journal)), isAtWork }
  }

  async #counts(path: string): Promise<JournalCounts> {
    const journal = this.#journals.get(path) ?? new JournalCount(path)
    this.#journals.set(path, journal)
    return journal.counts().catch((error: unknown) => {
      if (!isError(error)) throw error
      return { measured: 0, failed: 0 }
    })
  }

  async #saidBy(path: string): Promise<ShardSaid | undefined> {
    const info = await stat(path).catch(() => undefined)
    const stamp = `${info?.ino} ${info?.size} ${info?.mtimeMs}`
    const known = this.#shards.get(path)
    if (known?.stamp === stamp) return known.said
    const said = readShard(path)
    this.#shards.set(path, { stamp, said })
    return said
  }
}

type ShardSaid = Omit<Part, 'measured' | 'failed' | 'isAtWork'> & { shard: Shard }

/** undefined for shards of other commands, and for what is none. */
async function readShard(path: string): Promise<ShardSaid | undefined> {
  try {
    const { shard, tasks, context } = await readShardFile(path)
    return {
      shard,
      protocol: context.protocol.identity.id,
      method: context.method.id,
      name: context.method.name,
      total: tasks.size,
      areClips: [...tasks].every(({ sample, against }) => sample === undefined && against === undefined),
    }
  } catch (error) {
    if (!isError(error)) throw error
    return undefined
  }
}

async function isHeld(lock: string): Promise<boolean> {
  return (await isThere(lock)) && (await lockHolder(lock))?.isAtWork === true
}

/** The parts of one run, of copies of a shard that with most. As long as not all shards were begun nobody knows how much there is to measure. */
function together(found: readonly Part[]): GoingRun {
  const copies = Map.groupBy(found, ({ shard }) => shard?.index)
  const parts = [...copies.values()].map((same) => same.reduce((a, b) => (b.measured > a.measured ? b : a)))
  const [{ protocol, method, name, shard }] = parts
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0)
  const isWhole = shard === undefined || parts.length >= shard.count
  return {
    protocol,
    method,
    name,
    measured: sum(({ measured }) => measured),
    failed: sum(({ failed }) => failed),
    total: isWhole && parts.every(({ total }) => total !== null) ? sum(({ total }) => total ?? 0) : null,
    areClips: parts.every(({ areClips }) => areClips),
    isAtWork: parts.some(({ isAtWork }) => isAtWork),
    ...(shard === undefined ? {} : { shards: { count: shard.count, begun: parts.length } }),
  }
}
