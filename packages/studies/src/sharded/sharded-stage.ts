import { join } from 'node:path'
import type { ShardState } from '@kinemetric/benchmark'
import { isError, withLock } from '@kinemetric/files'
import type { StageContext } from '../stages/stage-context.ts'

/** A stage that parts of the clips do apart, and that is then merged. */
export interface ShardedStage {
  /** In words: `run interdyn (ssv2-256x384)`. */
  readonly title: string
  /** Whether what all parts make is there. */
  isConcluded(): Promise<boolean>
  /** Does the clips of this study's shard; what is there is kept. */
  doShard(): Promise<void>
  /** Of all parts that somebody began. */
  states(): Promise<readonly ShardState[]>
  merge(): Promise<void>
}

/** Where the parts of stages are that this one waits for. */
export interface Waiting {
  readonly title: string
  /** How many parts are done, of how many. */
  readonly done: number
  readonly of: number
}

/**
 * Does this shard's part of stages that do not wait for one another, and merges those of which all parts are there: whoever is last does.
 * @returns what others have not finished yet; the next stages wait for it
 */
export async function doStages(context: StageContext, stages: readonly ShardedStage[]): Promise<Waiting[]> {
  const { how, study } = context
  const count = how.shard!.count
  const open: ShardedStage[] = []
  for (const stage of stages) if (!(await stage.isConcluded())) open.push(stage)
  for (const stage of open) await stage.doShard()
  const waiting: Waiting[] = []
  for (const stage of open) {
    const states = await stage.states()
    const own = states.filter(({ shard }) => shard.count === count)
    const done = new Set(own.filter(({ state }) => state === 'done').map(({ shard }) => shard.index)).size
    const isMerged = done === count && (await mergeOnce(stage, join(study.ask.out, '.merge.lock'), how.takeLock))
    if (!isMerged) waiting.push({ title: stage.title, done, of: count })
  }
  return waiting
}

/** @returns false where another part merges just now */
async function mergeOnce(stage: ShardedStage, lock: string, take: boolean | undefined): Promise<boolean> {
  const merge = async () => {
    if (!(await stage.isConcluded())) await stage.merge()
    return true
  }
  try {
    return await withLock(lock, merge, { take })
  } catch (error) {
    if (isError(error, 'conflict', 'locked')) return false
    throw error
  }
}
