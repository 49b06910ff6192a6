import { Option } from 'commander'
import { readRecords } from '@kinemetric/records'
import { renderTable, type TableFormat } from '@kinemetric/report'
import { claimsFolder } from '../../options/claims-folder.ts'
import { comparedResults } from '../../options/compared-results.ts'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { listOption } from '../../options/list-option.ts'
import { terminalStyle } from '../../output/terminal.ts'
import { print, tell } from '../../output/print.ts'

interface TableFlags {
  format: TableFormat
  json?: boolean
  sort?: string
  metrics?: string[]
  claims?: string | false
}

/** `kinemetric table <results>`: the leaderboards as text. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<results>', 'folder of records, as `kinemetric score --out` writes it')
    .addOption(
      new Option('--format <format>', 'output format')
        .choices(['terminal', 'markdown', 'latex', 'csv', 'json'])
        .default('terminal'),
    )
    .option('--json', 'the same as --format json')
    .option('--sort <metric>', 'order the methods by this metric, best first (or by `method`); baselines stay apart')
    .option('--metrics <list>', 'only these metrics, in this order (comma separated)', listOption)
    .option('--claims <folder>', 'folder of published claims (<method>/paper.json)')
    .option('--no-claims', 'leave published claims out')
    .addHelpText(
      'after',
      '\nExamples:\n  kinemetric table results/\n  kinemetric table results/ --format latex --sort lpips > table.tex',
    )
    .action(async (results: string, flags: TableFlags) => {
      const format = formatOf(flags, command.getOptionValueSource('format') === 'default')
      const collection = await readRecords(results, { baselinesDir: claimsFolder(flags.claims) })
      for (const problem of collection.problems) tell(problem.message, 'left out')
      const comparisons = await comparedResults(results, tell)
      const { color, width } = terminalStyle()
      const text = renderTable(
        collection.records.map((stored) => stored.record),
        collection.claims.map((stored) => stored.claims),
        { format, sort: flags.sort, metrics: flags.metrics, comparisons, color, width },
      )
      print(text, { styled: color })
      settle(collection.problems.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}

/** @throws KinemetricError `bad-option` where two formats are asked for */
function formatOf({ format, json }: TableFlags, isDefault: boolean): TableFormat {
  if (json !== true) return format
  if (isDefault || format === 'json') return 'json'
  throw cliError('bad-option', '--json', { expected: 'no other --format beside it', found: `--format ${format}` })
}
