import { compareResults } from '@kinemetric/evaluation'
import {
  clipsNeeded,
  compareColumn,
  detectableDifference,
  fewestUnits,
  type PlanningOptions,
} from '@kinemetric/metrics'
import { type ComparedColumn, type ComparedPair, readValuesFile } from '@kinemetric/records'
import { countOf } from '@kinemetric/files'
import { cliError } from '../../output/cli-error.ts'
import { listOption } from '../../options/list-option.ts'
import { requireOneOf } from '../../options/one-of.ts'
import { positiveNumber, probability } from '../../options/probability.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'

interface PowerFlags {
  sd?: number
  values?: string
  methods?: string[]
  metrics?: string[]
  difference?: number
  clips?: number
  among: number
  alpha: number
  power: number
  oneSided?: boolean
  json?: boolean
}

/** What a plan is made for: the spread of a pair's differences, and where it comes from. */
interface Spread {
  from: string
  sd: number
  /** Clips (units) behind it, and the difference that was seen. */
  clips?: number
  difference?: number
}

/** `kinemetric power`: how many clips a difference needs, and what a number of clips shows. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('[results]', 'folder of records: the spread of a pair of methods is taken from there')
    .option(
      '--sd <number>',
      'or: the standard deviation of two methods’ differences a clip, in the metric’s unit',
      positiveNumber,
    )
    .option('--values <file>', 'or: a CSV file with clip,method,value')
    .option('--methods <a,b>', 'with records or values: the two methods', listOption)
    .option('--metrics <list>', 'with records: only these metrics', listOption)
    .option(
      '--difference <number>',
      'the difference that is to be seen (with records or values: the one that was)',
      positiveNumber,
    )
    .option('--clips <n>', 'or: a number of clips, for the difference that it shows', wholeNumber(1))
    .option('--among <k>', 'methods that are compared with each other: their pairs share the level', wholeNumber(1), 2)
    .option('--alpha <level>', 'chance of a false separation', probability, 0.05)
    .option('--power <share>', 'chance of seeing the difference', probability, 0.8)
    .option('--one-sided', '"no worse than": the difference is the margin')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(async (results: string | undefined, flags: PowerFlags) => {
      const spreads = await spreadsOf(results, flags)
      const plans = spreads.map((spread) => plan(spread, flags))
      if (flags.json) printJson(plans)
      else print(plans.map((each) => sentences(each, flags)).join('\n\n'))
      settle(exitCode.done)
    })
}

const help = `
By the paired comparison of the same clips (Guenther 1981); never fewer clips than sign flips need to reach the level.

Examples:
  kinemetric power --sd 0.03 --difference 0.01 --among 4
  kinemetric power --sd 0.03 --clips 29
  kinemetric power results/ --methods a,b --metrics lpips`

async function spreadsOf(results: string | undefined, flags: PowerFlags): Promise<Spread[]> {
  requireOneOf({ '<results>': results, '--sd <number>': flags.sd, '--values <file>': flags.values })
  if (flags.sd !== undefined) {
    if (flags.difference === undefined && flags.clips === undefined)
      throw cliError('bad-option', '--sd', { expected: 'with it --difference or --clips', found: 'neither' })
    return [{ from: '--sd', sd: flags.sd }]
  }
  const { methods } = flags
  if (methods?.length !== 2)
    throw cliError('bad-option', '--methods', {
      expected: 'the two methods whose differences are planned with',
      found: methods === undefined ? 'none' : `${methods.length}`,
    })
  const columns =
    flags.values === undefined ? await columnsOf(results!, flags) : [await columnOf(flags.values, methods)]
  const spreads = columns.flatMap((column) => column.pairs.flatMap((pair) => spreadOf(column, pair) ?? []))
  if (spreads.length === 0)
    throw cliError('bad-option', '--methods', {
      expected: 'two methods with values on the same clips that differ',
      found:
        columns.map(({ metric, reason }) => `${metric}: ${reason ?? 'no pair with a spread'}`).join('; ') ||
        'no metric',
    })
  return spreads
}

async function columnsOf(results: string, { methods, metrics }: PowerFlags): Promise<ComparedColumn[]> {
  const compared = await compareResults(results, { methods, metrics, cache: false, atOnce: true, draws: 999 })
  return compared.flatMap(({ columns }) => columns)
}

async function columnOf(path: string, asked: readonly string[]): Promise<ComparedColumn> {
  const file = await readValuesFile(path)
  const methods = file.methods.filter(({ method }) => asked.includes(method))
  const unitOf = (clip: string) => file.unitOf.get(clip) ?? clip
  const weightOf = (clip: string) => file.weightOf.get(clip) ?? 1
  const named = { metric: 'value', recipe: '', signature: '', better: 'higher' as const, asked: true }
  const input = { ...named, methods, unitOf, weightOf }
  return compareColumn(input, { draws: 999, resamples: 0 })
}

function spreadOf({ metric, recipe, units }: ComparedColumn, pair: ComparedPair): Spread | undefined {
  const { sd, first, second, difference } = pair
  if (sd === null || sd === 0 || !Number.isFinite(sd)) return undefined
  const from = `${[metric, recipe].filter((part) => part !== '').join(' ')}, ${first} and ${second} on ${countOf(units, 'clip')}`
  return { from, sd, clips: units, difference: Math.abs(difference) }
}

function plan(
  spread: Spread,
  { difference = spread.difference, clips = spread.clips, among, alpha, power, oneSided }: PowerFlags,
) {
  const comparisons = Math.max(1, (among * (among - 1)) / 2)
  const options = { alpha: alpha / comparisons, power, oneSided }
  return {
    from: spread.from,
    sd: spread.sd,
    alpha,
    power,
    comparisons,
    difference: difference ?? null,
    clipsNeeded: neededOrNull(difference, spread.sd, options),
    clips: clips ?? null,
    detectable: clips === undefined ? null : detectableDifference(clips, spread.sd, options),
    fewestClips: fewestUnits(comparisons, alpha, oneSided),
  }
}

/** No number of clips shows no difference, and none that can be counted shows one that is nothing beside the spread. */
function neededOrNull(difference: number | undefined, sd: number, options: PlanningOptions): number | null {
  if (difference === undefined || difference === 0) return null
  const needed = clipsNeeded(difference, sd, options)
  return Number.isSafeInteger(needed) ? needed : null
}

function sentences(planned: ReturnType<typeof plan>, { among }: PowerFlags): string {
  const { from, sd, alpha, power, comparisons, difference, clips, detectable, fewestClips } = planned
  const percent = `${Number((100 * power).toPrecision(3))} %`
  const lines = [`${from}: standard deviation of the differences ${short(sd)}`]
  if (difference !== null && planned.clipsNeeded !== null)
    lines.push(
      `a difference of ${short(difference)} is seen in ${percent} of all cases with ${countOf(planned.clipsNeeded, 'clip')}`,
    )
  else if (difference !== null)
    lines.push(`no number of clips that can be counted shows a difference of ${short(difference)}`)
  if (clips !== null)
    lines.push(
      detectable === null
        ? `${clips === 1 ? '1 clip is' : `${clips} clips are`} too few for any difference`
        : `${clips === 1 ? '1 clip shows' : `${clips} clips show`} a difference of ${short(detectable)} in ${percent} of all cases`,
    )
  const pairs = comparisons === 1 ? 'one comparison' : `${comparisons} comparisons of ${among} methods`
  lines.push(`at α = ${alpha} over ${pairs}; fewer than ${countOf(fewestClips, 'clip')} cannot separate any two`)
  return lines.join('\n')
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
