import { featureShardsStatus, type MergedFeatures, planFeatureMerge } from '@kinemetric/evaluation'
import { countOf } from '@kinemetric/files'
import { printFailures, printWarnings } from '../../output/print-failures.ts'
import { print } from '../../output/print.ts'
import type { LoadedShardKind } from './shard-kind.ts'

/** Shards of `features`: rows, which become a matrix. */
export const kind: LoadedShardKind = {
  async status(folders) {
    const matrices = await featureShardsStatus(folders)
    return matrices.map(({ matrix, network, shards, concluded, passedOverFor }) => ({
      title: `${matrix} (${network})`,
      done: 'done',
      result: 'the matrix',
      shards,
      concluded,
      passedOverFor,
      json: { matrix, network },
    }))
  },

  async planMerge(ask) {
    const conclude = await planFeatureMerge(ask)
    return async () => {
      const merged = await conclude()
      return {
        json: merged.map(summary),
        someFailed: merged.some(({ failures }) => failures.length > 0),
        say() {
          for (const { clips, failures, warnings, excluded, rows, dimension, path } of merged) {
            printFailures(failures)
            printWarnings(warnings)
            const left = excluded.length > 0 ? `, without the frames ${excluded.join(', ')} of each` : ''
            print(`${countOf(rows, 'row')} of ${dimension} from ${countOf(clips.length, 'clip')}${left}: ${path}`)
          }
        },
      }
    }
  },
}

function summary({ origin, weights, rows, dimension, clips, failures, path }: MergedFeatures) {
  return { ...origin, weights, rows, dimension, clips, failures, out: path }
}
