import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Shard, shardFiles, shardPaths, shardText } from '@kinemetric/benchmark'
import {
  canonicalJson,
  countOf,
  fileError,
  isThere,
  lockHolder,
  partialSuffix,
  readJson,
  writeWhole,
} from '@kinemetric/files'
import { readItem, sampleFolder } from '@kinemetric/records'
import { z } from 'zod'
import { runnerError } from '../generator/runner-error.ts'
import { changedSamples, lackingSamples, placeOf, vouchedFor } from './changed-samples.ts'
import { devicesOf, distinct, environmentsOf, type RunFields } from './run-fields.ts'
import { readRunShard, runName, runShardSchema, type ShardSample, writeRunShard } from './run-shard-file.ts'
import { digestOf, sampleFiles } from './sample-digest.ts'
import type { SampleThere } from './samples-there.ts'

/** Where a run says what it is: `run.json`, or the file of a shard of it. */
export interface RunPlace {
  /** The folder of its clips. */
  readonly out: string
  /** Whether samples of a clip are this run's; those of others are let be. */
  readonly isOwn: (clip: string) => boolean
  /** What was said there before, not yet checked; undefined where nothing is there. @throws KinemetricError `bad-output-folder` where something else is */
  readonly read: () => Promise<unknown>
  /** What other shards of the same run say of it, and where. */
  readonly others: () => Promise<readonly { readonly path: string; readonly run: RunFields }[]>
  /** Of samples that are there, those that are no more what finished shards said of them, or that lack frames. */
  readonly changed: (there: readonly SampleThere[]) => Promise<SampleThere[]>
  /** @param isFinished nothing is left to be made */
  readonly write: (run: RunFields, isFinished: boolean) => Promise<void>
}

export const runFile = 'run.json'

/** How many frames each clip has, by its name. */
export type FramesOfClips = ReadonlyMap<string, number>

/** Of a run of all clips. */
export function wholePlace(out: string, frames: FramesOfClips): RunPlace {
  return {
    out,
    isOwn: () => true,
    others: () => Promise.resolve([]),
    changed: (there) => lackingSamples(out, there, frames),
    read: async () => {
      const [shard] = await shardFiles(out, runName)
      if (shard !== undefined)
        throw runnerError('bad-output-folder', out, {
          expected: 'a folder without shards of a run',
          found: shard,
          then: 'go on with --shard, or merge them into another folder, where a run of all clips goes on',
        })
      const names = (await readdir(out)).filter((name) => !name.startsWith('.') && !name.endsWith(partialSuffix))
      if (names.length === 0) return undefined
      return readJson(join(out, runFile), z.unknown()).catch((cause: unknown) => {
        const said = { expected: "an empty folder or an earlier run's (with run.json)", found: 'other files' }
        throw runnerError('bad-output-folder', out, said, { cause })
      })
    },
    write: async (run) => writeWhole(join(out, runFile), canonicalJson(run)),
  }
}

/** Of a shard. @param samples all that it is to have */
export function shardPlace(
  out: string,
  shard: Shard,
  samples: readonly ShardSample[],
  frames: FramesOfClips,
  onWarning: (message: string) => void,
): RunPlace {
  const { file } = shardPaths(out, runName, shard)
  const clips = new Set(samples.map(({ clip }) => clip))
  /** What somebody vouched for and is still so: until this shard is finished its file carries it on. */
  let vouched = new Map<string, string>()
  return {
    out,
    isOwn: (clip) => clips.has(clip),
    others: () => otherShards(out, shard),
    changed: async (there) => {
      vouched = await vouchedFor(out, shard)
      const changed = await changedSamples(out, there, vouched)
      const unsaid = there.filter((each) => !vouched.has(placeOf(each)))
      for (const each of changed) vouched.delete(placeOf(each))
      return [...changed, ...(await lackingSamples(out, unsaid, frames))]
    },
    read: async () => {
      await requireShards(out)
      if (await isThere(file)) return (await readRunShard(file)).run
      // Its clips may be there nonetheless: of shards of another number.
      return togetherOf((await otherShards(out, shard)).map(({ run }) => run))
    },
    write: async (run, finished) => {
      const told = finished
        ? await withDigests(out, samples)
        : samples.map(({ clip, of, sample }) => ({ clip, of, sample, sha256: vouched.get(placeOf({ clip, sample })) }))
      await writeRunShard(file, { schema: runShardSchema, shard, finished, samples: told, run })
      const others = await removeOfOtherNumber(out, shard)
      if (others > 0)
        onWarning(
          `${countOf(others, 'shard of another number was', 'shards of another number were')} there: clips stay, and are of these shards now`,
        )
      if ((finished && others === 0) || !(await isThere(join(out, runFile)))) return
      // What was merged is not what will be there.
      await rm(join(out, runFile), { force: true })
      onWarning(
        'run.json, which these shards were merged into, says no more what is there and was removed: merge them again',
      )
    },
  }
}

const mergedSchema = z.looseObject({ shards: z.int().min(1) })

/** @throws KinemetricError `bad-output-folder` for a folder that is neither empty nor one of shards */
async function requireShards(out: string): Promise<void> {
  const names = (await readdir(out)).filter((name) => !name.startsWith('.') && !name.endsWith(partialSuffix))
  if (names.length === 0) return
  const refuse = (found: string) =>
    runnerError('bad-output-folder', out, {
      expected: 'an empty folder or one of shards of this run',
      found,
      then: 'choose another folder',
    })
  if (names.includes(runFile)) {
    const merged = await readJson(join(out, runFile), mergedSchema).catch(() => undefined)
    if (merged === undefined) throw refuse('run.json of a run of all clips')
  }
  // Looked for after the names: another shard begins with its file, before its first clip.
  if ((await shardFiles(out, runName)).length === 0) throw refuse('other files')
}

/**
 * What other shards say, those of another number, too: their clips are gone on with.
 * @throws KinemetricError `locked` where one of another number is at work
 */
async function otherShards(out: string, shard: Shard): Promise<{ path: string; run: RunFields }[]> {
  const others: { path: string; run: RunFields }[] = []
  for (const name of await shardFiles(out, runName)) {
    const path = join(out, name)
    const { shard: other, run } = await readRunShard(path)
    if (other.count !== shard.count) await requireNobody(shardPaths(out, runName, other).lock, shardText(other))
    if (other.count !== shard.count || other.index !== shard.index) others.push({ path, run })
  }
  return others
}

/** What may be said of clips of which only that is known that some of these runs made them. */
function togetherOf(runs: readonly RunFields[]): RunFields | undefined {
  const last = runs.findLast(({ environment }) => environment !== undefined) ?? runs.at(-1)
  if (last === undefined) return undefined
  const environments = distinct(runs.flatMap(environmentsOf))
  const devices = distinct(runs.filter(({ environment }) => environment !== undefined).flatMap(devicesOf))
  return {
    ...last,
    ...(environments.length > 1 ? { environments } : {}),
    ...(devices.length > 1 ? { devices } : {}),
  }
}

async function requireNobody(lock: string, shard: string): Promise<void> {
  const holder = await lockHolder(lock)
  if (holder?.isAtWork !== true) return
  throw fileError('locked', lock, {
    expected: 'shards of one number at work in a folder',
    found: `process ${holder.pid} on ${holder.host}, at work on ${shard}`,
    then: 'wait for its end, or end it',
  })
}

/**
 * Files of shards of another number say no more who makes which clips. Only when each shard of this number has begun, and took over what they vouch for, are they
 * removed. @returns how many there were
 */
async function removeOfOtherNumber(out: string, { count }: Shard): Promise<number> {
  const names = await shardFiles(out, runName)
  const others = names.filter((name) => !name.includes(`-of-${count}.`))
  if (names.length - others.length < count) return others.length
  for (const name of others) await rm(join(out, name), { force: true })
  return others.length
}

/** What became of each sample. */
async function withDigests(out: string, samples: readonly ShardSample[]): Promise<ShardSample[]> {
  const told: ShardSample[] = []
  for (const { clip, of, sample } of samples) {
    const folder = sampleFolder(out, clip, sample)
    // Looked at twice: where another process makes this shard too, the folder has no name for an instant.
    const item = (await readItem(folder)) ?? (await readItem(folder))
    const files = await sampleFiles(out, clip, sample)
    const status = item?.status === 'ok' ? 'ok' : 'failed'
    told.push({ clip, of, sample, status, sha256: files === undefined ? null : digestOf(files) })
  }
  return told
}
