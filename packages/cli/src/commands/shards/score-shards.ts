import { planMerge, shardsStatus } from '@kinemetric/evaluation'
import { renderTable } from '@kinemetric/report'
import { printFailures } from '../../output/print-failures.ts'
import { print } from '../../output/print.ts'
import { terminalStyle } from '../../output/terminal.ts'
import type { LoadedShardKind } from './shard-kind.ts'

/** Shards of `score`: journals of measurements, which become records. */
export const kind: LoadedShardKind = {
  async status(folders) {
    const methods = await shardsStatus(folders)
    return methods.map(({ protocol, method, shards, concluded, passedOverFor }) => ({
      title: `${method} (${protocol})`,
      done: 'measured',
      result: 'its record',
      shards,
      concluded,
      passedOverFor,
      json: { protocol, method },
    }))
  },

  async planMerge(ask) {
    const conclude = await planMerge(ask)
    return async () => {
      const merged = await conclude()
      const records = merged.map(({ record }) => record)
      return {
        json: merged.map(({ record, paths }) => ({ ...record, table: paths.table, record: paths.record })),
        someFailed: records.some(({ failures }) => failures.length > 0),
        say() {
          const style = terminalStyle()
          print(renderTable(records, [], { format: 'terminal', ...style }), { styled: style.color })
          for (const { record, paths } of merged) {
            printFailures(record.failures, paths.record)
            print(`record: ${paths.record}\nper clip and frame: ${paths.table}`)
          }
        },
      }
    }
  },
}
