import { join } from 'node:path'
import { adapters, prepare, protocols } from '@kinemetric/benchmark'
import { datasetOptions, givenDatasetOptions } from '../../options/dataset-options.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printFailures, printWarnings } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { startProgress } from '../../output/progress.ts'
import { inOneLine } from '../../output/visible.ts'
import { print, tell } from '../../output/print.ts'

interface PrepareFlags extends LockFlags, Record<string, unknown> {
  protocol: string
  out: string
  overwrite?: boolean
  json?: boolean
  quiet?: boolean
}

/** `kinemetric prepare <dataset> <folder>`: a dataset under a protocol becomes a manifest with everything it names. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<dataset>', `kind of dataset: ${adapters.map((adapter) => adapter.id).join(', ')}`)
    .argument('<folder>', "the dataset's folder")
    .requiredOption('--protocol <id>', `protocol: ${protocols.map(({ identity }) => identity.id).join(', ')}`)
    .requiredOption('--out <folder>', 'gets manifest.jsonl and clips/; what is there already and fits is kept')
  for (const option of datasetOptions()) command.addOption(option)
  command
    .option('--overwrite', 'replace the manifest of another dataset or protocol')
    .addOption(takeLockOption())
    .option('--json', 'print the outcome as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      '\nExample:\n  kinemetric prepare interdyn-examples examples/ --protocol interdyn-256x384 --out prepared/',
    )
    .action(async (dataset: string, folder: string, flags: PrepareFlags) => {
      const progress = startProgress('prepare', { quiet: flags.quiet })
      const outcome = await interruptible((signal) =>
        prepare({
          adapter: dataset,
          dataset: folder,
          protocol: flags.protocol,
          out: flags.out,
          options: givenDatasetOptions(flags),
          overwrite: flags.overwrite,
          takeLock: flags.takeLock,
          signal,
          onProgress: ({ done, total, clip }) => progress.update(done, total, clip),
        }),
      ).finally(() => progress.stop())
      if (flags.json) printJson(outcome)
      else {
        for (const { stage, removed, left } of outcome.funnel ?? [])
          print(`${stage.padEnd(20)} ${String(removed).padStart(7)} removed ${String(left).padStart(7)} left`)
        for (const note of outcome.notes) tell(`warning: ${inOneLine(note)}`)
        printWarnings(outcome.warnings, join(flags.out, 'prepare.json'))
        printFailures(outcome.failures, join(flags.out, 'prepare.json'))
        print(`${outcome.clips} clips (${outcome.kept} were there): ${outcome.manifest}`)
      }
      settle(outcome.failures.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}
