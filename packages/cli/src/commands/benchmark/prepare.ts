import { join } from 'node:path'
import { adapters, findAdapter, prepare } from '@kinemetric/benchmark'
import { datasetOptions, givenDatasetOptions } from '../../options/dataset-options.ts'
import { protocolNames, protocolOption } from '../../options/benchmark/protocol-option.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { cliError } from '../../output/cli-error.ts'
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
  jobs?: number
  overwrite?: boolean
  json?: boolean
  quiet?: boolean
}

/** `kinemetric prepare <dataset> <folder>`: a dataset under a protocol becomes a manifest with everything it names. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<dataset>', `kind of dataset: ${adapters.map((adapter) => adapter.id).join(', ')}`)
    .argument('[folder]', "the dataset's folder; none where options say where it is")
    .requiredOption('--protocol <id>', `protocol: ${protocolNames}`)
    .requiredOption('--out <folder>', 'gets manifest.jsonl and clips/; what is there already and fits is kept')
  for (const option of datasetOptions()) command.addOption(option)
  command
    .option('--jobs <n>', 'processes that prepare clips, at most one a core; the result is the same', wholeNumber(1))
    .option('--overwrite', 'replace the manifest of another dataset or protocol')
    .addOption(takeLockOption())
    .option('--json', 'print the outcome as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      '\nExample:\n  kinemetric prepare interdyn-examples examples/ --protocol interdyn-256x384 --out prepared/',
    )
    .action(async (dataset: string, folder: string | undefined, flags: PrepareFlags) => {
      requireFolder(dataset, folder)
      const protocol = await protocolOption(flags.protocol)
      const progress = startProgress('prepare', { quiet: flags.quiet })
      const outcome = await interruptible((signal) =>
        prepare({
          adapter: dataset,
          dataset: folder ?? '',
          protocol,
          out: flags.out,
          options: givenDatasetOptions(flags),
          jobs: flags.jobs,
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

/** @throws KinemetricError `bad-option` unless the dataset has a folder where it needs one, and only there */
function requireFolder(dataset: string, folder: string | undefined): void {
  const { withoutFolder = false } = findAdapter(dataset)
  if (withoutFolder !== (folder === undefined))
    throw cliError('bad-option', dataset, {
      expected: withoutFolder ? 'no folder: options say where its files are' : "the dataset's folder",
      found: folder ?? 'none',
    })
}
