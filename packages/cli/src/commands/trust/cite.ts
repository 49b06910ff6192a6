import { stat } from 'node:fs/promises'
import { citedDataOf } from '@kinemetric/benchmark'
import { metricCatalogue } from '@kinemetric/metrics'
import { weightCatalogue } from '@kinemetric/networks/catalogue'
import { codeVersion, type KinemetricRecord, readRecord, readRecords } from '@kinemetric/records'
import { citeRecords } from '@kinemetric/report'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { print, tell } from '../../output/print.ts'
import { printJson } from '../../output/print-json.ts'

/** `kinemetric cite <results>`: BibTeX of everything that a table of these records rests on. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<results>', 'folder of records, or one record')
    .option('--json', 'print JSON: kind, id and BibTeX of each')
    .addHelpText('after', '\nExample:\n  kinemetric cite results/ > evaluation.bib')
    .action(async (results: string, flags: { json?: boolean }) => {
      const records = await recordsOf(results)
      const { version } = await codeVersion()
      const citations = citeRecords(records, {
        metrics: metricCatalogue,
        weights: weightCatalogue,
        dataOf: citedDataOf,
        version,
      })
      if (flags.json) printJson(citations)
      else print(citations.map(({ bibtex }) => bibtex).join('\n\n'))
      settle(exitCode.done)
    })
}

async function recordsOf(path: string): Promise<KinemetricRecord[]> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  if (isFile) return [await readRecord(path)]
  const { records, problems } = await readRecords(path)
  for (const { message } of problems) tell(message, 'left out')
  if (records.length > 0) return records.map(({ record }) => record)
  throw cliError('bad-option', path, { expected: 'at least one record', found: 'none' })
}
