import { planPreparationMerge, preparationsStatus } from '@kinemetric/benchmark'
import { countOf } from '@kinemetric/files'
import { print } from '../../output/print.ts'
import { printPreparation } from '../benchmark/print-preparation.ts'
import type { LoadedShardKind } from './shard-kind.ts'

/** Shards of `prepare`: prepared clips and journals of them, which become a manifest. */
export const kind: LoadedShardKind = {
  async status(folders) {
    const preparations = await preparationsStatus(folders)
    return preparations.map(({ dataset, protocol, shards, concluded, passedOverFor }) => ({
      title: `clips of ${dataset} (${protocol})`,
      done: 'prepared',
      result: 'a manifest',
      shards,
      concluded,
      passedOverFor,
      json: { dataset, protocol },
    }))
  },

  async planMerge(ask) {
    const conclude = await planPreparationMerge(ask)
    return async () => {
      const prepared = await conclude()
      return {
        json: [prepared],
        someFailed: prepared.failures.length > 0,
        say() {
          printPreparation(prepared, ask.out)
          print(`${countOf(prepared.clips, 'clip')}: ${prepared.manifest}`)
        },
      }
    }
  },
}
