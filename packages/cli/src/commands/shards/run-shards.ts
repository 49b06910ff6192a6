import { findMethod, planRunMerge, runShardsStatus, takesJobs } from '@kinemetric/runners'
import { countOf } from '@kinemetric/files'
import { print } from '../../output/print.ts'
import type { LoadedShardKind } from './shard-kind.ts'

/** Shards of `run`: generated clips, which become one folder with its run.json. */
export const kind: LoadedShardKind = {
  async status(folders) {
    const runs = await runShardsStatus(folders)
    return runs.map(({ method, displayName, manifest, shards, concluded, passedOverFor }) => ({
      title: `clips of ${displayName}`,
      done: 'made',
      result: 'run.json',
      shards,
      concluded,
      passedOverFor,
      json: { method, manifest },
    }))
  },

  async planMerge(ask) {
    const conclude = await planRunMerge(ask)
    return async () => {
      const merged = await conclude()
      const { counts, pairs, displayName, shards, brought, file } = merged
      return {
        json: [merged],
        someFailed: counts.failed + (pairs?.failed ?? 0) > 0,
        say() {
          const besides = pairs === undefined ? '' : `, ${pairs.ok} of ${pairs.total} of their pairs`
          const moved = brought === 0 ? '' : `; ${countOf(brought, 'sample')} brought there`
          print(
            `${counts.ok} of ${countOf(counts.total, 'clip')} of ${displayName}${besides}, of ${countOf(shards, 'shard')}${moved}: ${file}`,
          )
        },
      }
    }
  },

  async takesJobs([, name = '']) {
    const method = await findMethod(name).catch(() => undefined)
    return method !== undefined && takesJobs(method)
  },
}
