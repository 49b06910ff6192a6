import { Option } from 'commander'
import { readRecords } from '@kinemetric/records'
import { renderTable, type TableFormat } from '@kinemetric/report'
import { claimsFolder } from '../../options/claims-folder.ts'
import { comparedResults } from '../../options/compared-results.ts'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { listOption } from '../../options/list-option.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type ByClassFlags, printByClass } from '../by-class/table-by-class.ts'
import { terminalStyle } from '../../output/terminal.ts'
import { print, tell } from '../../output/print.ts'

interface TableFlags extends ByClassFlags {
  format: TableFormat
  json?: boolean
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
    .option(
      '--sort <metric>',
      'order the methods by this metric, best first (or by `method`; baselines stay apart); with --by the classes (or by `clips`, which is the default, or `class`)',
    )
    .option('--metrics <list>', 'only these metrics, in this order (comma separated)', listOption)
    .option('--methods <list>', 'with --by: only these methods', listOption)
    .option(
      '--by <what>',
      'scores by class of clips: `class` (`template` is the same), `label`, or a column of --labels',
    )
    .option(
      '--labels <file>',
      'with --by: CSV, JSON or JSON Lines of your own with a clip (`clip`, `id` or `video`) and words about it in each line',
    )
    .option('--min-clips <n>', 'with --by: leave out classes of fewer clips', wholeNumber(1))
    .option('--against <method>', 'with --by: what each method differs by from this one, in each class')
    .option(
      '--keep',
      'with --by: keep the scores beside the records too (class-scores.json), where `verify` checks them',
    )
    .option('--claims <folder>', 'folder of published claims (<method>/paper.json)')
    .option('--no-claims', 'leave published claims out')
    .addHelpText(
      'after',
      `
Examples:
  kinemetric table results/
  kinemetric table results/ --format latex --sort lpips > table.tex
  kinemetric table results/ --by class --min-clips 5
  kinemetric table results/ --by template --labels labels/validation.json --metrics psnr --sort psnr --format csv`,
    )
    .action(async (results: string, flags: TableFlags) => {
      const format = formatOf(flags, command.getOptionValueSource('format') === 'default')
      if (flags.by !== undefined || flags.labels !== undefined) {
        settle((await printByClass(results, flags, format)) ? exitCode.done : exitCode.someFailed)
        return
      }
      requireNoClass(flags)
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

/** @throws KinemetricError `bad-option` for what only tables by class take */
function requireNoClass({ methods, minClips, against, keep }: TableFlags): void {
  const only = { '--methods': methods, '--min-clips': minClips, '--against': against, '--keep': keep }
  const [found] = Object.entries(only).flatMap(([option, value]) => (value === undefined ? [] : [option]))
  if (found !== undefined)
    throw cliError('bad-option', found, { expected: '--by <what> or --labels <file> beside it', found: 'neither' })
}

/** @throws KinemetricError `bad-option` where two formats are asked for */
function formatOf({ format, json }: TableFlags, isDefault: boolean): TableFormat {
  if (json !== true) return format
  if (isDefault || format === 'json') return 'json'
  throw cliError('bad-option', '--json', { expected: 'no other --format beside it', found: `--format ${format}` })
}
