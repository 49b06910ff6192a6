import { mergeShards } from '@kinemetric/evaluation'
import { renderTable } from '@kinemetric/report'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printFailures } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { print, tell } from '../../output/print.ts'
import { terminalStyle } from '../../output/terminal.ts'

interface MergeFlags extends LockFlags {
  out?: string
  overwrite?: boolean
  json?: boolean
}

/** `kinemetric merge`: journals of shards into the records of one pass. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<folders...>', '`--out` folders of shards, in any order, or one that several were copied into')
    .option('--out <folder>', 'results folder of the records (default: the only folder)')
    .option('--overwrite', 'replace existing records')
    .addOption(takeLockOption())
    .option('--json', 'print the records as JSON')
    .addHelpText(
      'after',
      `
Examples:
  kinemetric score --manifest prepared/manifest.jsonl --generated generated/mine --out parts/ --shard 1/4    # and 2/4, 3/4, 4/4
  kinemetric merge parts/
  kinemetric merge node-a/ node-b/ --out scores/

No network is opened and no video is read. The records are those of one pass over all clips.`,
    )
    .action(async (folders: string[], { out, overwrite, takeLock, json }: MergeFlags) => {
      const merged = await mergeShards({ folders, out, overwrite, takeLock, onWarning: warn })
      const records = merged.map(({ record }) => record)
      if (json) {
        printJson({
          methods: merged.map(({ record, paths }) => ({ ...record, table: paths.table, record: paths.record })),
        })
      } else {
        const style = terminalStyle()
        print(renderTable(records, [], { format: 'terminal', ...style }), { styled: style.color })
        for (const { record, paths } of merged) {
          printFailures(record.failures, paths.record)
          print(`record: ${paths.record}\nper clip and frame: ${paths.table}`)
        }
      }
      settle(records.some(({ failures }) => failures.length > 0) ? exitCode.someFailed : exitCode.done)
    })
}

function warn(message: string): void {
  tell(`warning: ${message}`)
}
