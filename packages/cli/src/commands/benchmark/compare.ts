import { type Command, Option } from 'commander'
import { compareResults } from '@kinemetric/evaluation'
import { compareColumn, hallInterval, unitValues } from '@kinemetric/metrics'
import { type ClipValuesFile, type ComparedColumn, type Comparisons, readValuesFile } from '@kinemetric/records'
import { comparisonsText } from '@kinemetric/report'
import { cacheChoice, type CacheFlags, cacheOption, noCacheOption } from '../../options/cache-options.ts'
import { requireOneOf } from '../../options/one-of.ts'
import { listOption } from '../../options/list-option.ts'
import { probability } from '../../options/probability.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printJson } from '../../output/print-json.ts'
import { print, warn } from '../../output/print.ts'
import { startProgress } from '../../output/progress.ts'
import { terminalStyle } from '../../output/terminal.ts'
import { type CompareByClassFlags, printComparedClasses } from '../by-class/compare-by-class.ts'
import { cliError } from '../../output/cli-error.ts'

interface CompareFlags extends CacheFlags, CompareByClassFlags {
  values?: string
  better?: 'higher' | 'lower'
  family?: 'column' | 'table'
}

/** `kinemetric compare`: which methods can be told apart, by records or by numbers of any other tool. */
export const define: DefineCommand = (command, settle) => {
  addInputs(command)
  command
    .addOption(
      new Option('--family <family>', 'p is corrected over the pairs of a column, or of all columns together').choices([
        'column',
        'table',
      ]),
    )
    .option(
      '--by <what>',
      'within each class of clips: `class` (`template` is the same), `label`, or a column of --labels; all classes of a metric are one family',
    )
    .option('--labels <file>', 'with --by: which clip is of which class, as `table` takes it')
    .option('--min-clips <n>', 'with --by: leave out classes of fewer clips', wholeNumber(1))
    .option('--alpha <level>', 'chance of a false separation in a family (default: 0.05)', probability)
    .option(
      '--draws <n>',
      'sign patterns, or exchanges, that are drawn where not all are taken (default: 99999)',
      wholeNumber(1),
    )
    .option('--seed <n>', 'of these (default: 0)', wholeNumber(0))
    .addOption(cacheOption())
    .addOption(noCacheOption())
    .option('--json', 'print JSON: one object for --values, a list of protocols for records')
    .option('--quiet', 'no progress')
    .addHelpText('after', help)
    .action(async (results: string | undefined, flags: CompareFlags) => {
      requireOneOf({ '<results>': results, '--values <file>': flags.values })
      if ((flags.draws ?? 0) > MOST_DRAWS)
        throw cliError('bad-option', '--draws', { expected: `at most ${MOST_DRAWS}`, found: `${flags.draws}` })
      if (requireByClass(flags)) await printComparedClasses(results!, flags)
      else if (flags.values === undefined) await compareRecords(results!, flags)
      else compareFile(await readValuesFile(flags.values), flags)
      settle(exitCode.done)
    })
}

function addInputs(command: Command): void {
  command
    .argument('[results]', 'folder of records, as `kinemetric score --out` writes it')
    .option(
      '--values <file>',
      'or: a CSV file of any tool with the columns clip,method,value and, if need be, unit and weight',
    )
    .addOption(new Option('--better <side>', 'with --values: which values are better').choices(['higher', 'lower']))
    .option('--methods <list>', 'only these methods: they are the family', listOption)
    .option('--metrics <list>', 'only these metrics of the records', listOption)
}

/** Beyond, their patterns fill the memory and p is as fine as anybody can use. */
const MOST_DRAWS = 10_000_000

const help = `
Two methods are told apart by sign flips of their clips' differences, many by Holm's correction. A direction is said only where a
pair is separated; everything else is "not separated" or, with too few clips, "cannot separate".

Examples:
  kinemetric compare results/
  kinemetric compare results/ --methods interdyn,coshand --metrics lpips
  kinemetric compare results/ --by class --metrics psnr --min-clips 6
  kinemetric compare --values lpips.csv --better lower --json

Of all methods and metrics of a results folder the comparisons are kept in <results>/<protocol>/comparisons.json, for tables and site.`

/** @returns whether classes are compared @throws KinemetricError `bad-option` for what goes with one of both alone */
function requireByClass({ by, labels, minClips, values, family }: CompareFlags): boolean {
  const asked = by !== undefined || labels !== undefined
  if (!asked && minClips !== undefined)
    throw cliError('bad-option', '--min-clips', {
      expected: '--by <what> or --labels <file> beside it',
      found: 'neither',
    })
  if (asked && values !== undefined)
    throw cliError('bad-option', '--by', 'expected it with a results folder only: a file of values has no classes')
  if (asked && family !== undefined)
    throw cliError('bad-option', '--family', 'expected none with --by: all classes of a metric are one family')
  return asked
}

async function compareRecords(results: string, flags: CompareFlags): Promise<void> {
  if (flags.better !== undefined)
    throw cliError('bad-option', '--better', 'expected it with --values only: a record says which values are better')
  const progress = startProgress('compare', { quiet: flags.quiet })
  const compared = await interruptible(
    (signal) =>
      compareResults(results, {
        methods: flags.methods,
        metrics: flags.metrics,
        family: flags.family,
        alpha: flags.alpha,
        draws: flags.draws,
        seed: flags.seed,
        cache: cacheChoice(flags),
        signal,
        onColumn: ({ metric, at, of }) => progress.update(at, of, metric),
        onWarning: warn,
      }),
    false,
  ).finally(() => progress.stop())
  if (compared.length === 0)
    throw cliError('bad-option', results, { expected: 'records, as `kinemetric score` writes them', found: 'none' })
  if (flags.json) printJson(compared)
  else print(compared.map(protocolText).join('\n\n'))
}

function protocolText({ protocol, columns, records }: Comparisons): string {
  const names = new Map(records.map(({ method, name }) => [method, name]))
  const title = `${protocol.id} (version ${protocol.version})`
  return `${title}\n\n${text(columns, (method) => names.get(method) ?? method)}`
}

function text(columns: readonly ComparedColumn[], nameOf?: (method: string) => string): string {
  return comparisonsText(columns, { width: terminalStyle().width ?? 120, nameOf })
}

function compareFile(file: ClipValuesFile, flags: CompareFlags): void {
  const { better } = flags
  if (better === undefined)
    throw cliError('bad-option', '--better', { expected: 'higher or lower, with --values', found: 'nothing' })
  if (flags.metrics !== undefined)
    throw cliError('bad-option', '--metrics', 'expected it with a results folder only: the values are of one metric')
  if (flags.family === 'table')
    throw cliError('bad-option', '--family', 'expected column with --values, which has one column; found table')
  const asked = askedMethods(file, flags.methods)
  const unitOf = (clip: string) => file.unitOf.get(clip) ?? clip
  const weightOf = (clip: string) => file.weightOf.get(clip) ?? 1
  const { alpha, draws, seed } = flags
  const column = compareColumn(
    {
      metric: 'value',
      recipe: '',
      signature: '',
      better,
      methods: asked,
      asked: flags.methods !== undefined,
      protocolClips: file.clips.length,
      unitOf,
      weightOf,
    },
    { alpha, draws, seed },
  )
  const methods = asked.map((scored) => ({
    method: scored.method,
    ...ownScore(shownValues(scored, asked, column), { unitOf, weightOf }),
  }))
  for (const { line, clip, method, found } of file.missing.slice(0, 5))
    warn(`line ${line}: ${method} has no value for ${clip} (${found === '' ? 'empty' : found})`)
  const more = file.missing.length - 5
  if (more > 0) warn(`and ${more} more ${more === 1 ? 'value is' : 'values are'} missing`)
  if (flags.json) printJson({ ...column, methods })
  else print(`${text([column])}\n${methods.map(methodLine).join('\n')}`)
}

function askedMethods({ methods }: ClipValuesFile, asked: readonly string[] | undefined): ClipValuesFile['methods'] {
  if (asked === undefined) return methods
  return [...new Set(asked)].map((id) => {
    const found = methods.find(({ method }) => method === id)
    if (found !== undefined) return found
    const known = methods.map(({ method }) => method).join(', ')
    throw cliError('bad-option', '--methods', { expected: `one of ${known}`, found: id })
  })
}

/** Of a ranked method the values on the clips that all ranked ones have, so that all are over the same clips; of another one all it has. */
function shownValues(
  { method, values }: ClipValuesFile['methods'][number],
  all: ClipValuesFile['methods'],
  { family }: ComparedColumn,
): ReadonlyMap<string, number> {
  if (!family.methods.includes(method)) return values
  const ranked = all.filter((other) => family.methods.includes(other.method))
  return new Map([...values].filter(([clip]) => ranked.every((other) => other.values.has(clip))))
}

/** A mean with its interval. */
function ownScore(
  values: ReadonlyMap<string, number>,
  { unitOf, weightOf }: { unitOf: (clip: string) => string; weightOf: (clip: string) => number },
): { value: number | null; interval: { low: number; high: number } | null; reason?: string } {
  if (values.size === 0) return { value: null, interval: null, reason: 'no clip has a value' }
  const clips = [...values.keys()]
  const units = unitValues({
    values: [...values.values()],
    weights: clips.map(weightOf),
    units: clips.map(unitOf),
  })
  const { interval, reason } = hallInterval(units.values)
  return {
    value: units.mean,
    interval: interval === null ? null : { low: interval.low, high: interval.high },
    ...(reason === undefined ? {} : { reason }),
  }
}

function methodLine({ method, value, interval, reason }: { method: string } & ReturnType<typeof ownScore>): string {
  const range =
    interval === null
      ? `no interval: ${reason ?? ''}`
      : `95 % interval [${short(interval.low)}, ${short(interval.high)}]`
  return `${method}: ${value === null ? '–' : short(value)}, ${range}`
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)))
}
