import { type Command, Option } from 'commander'
import { gateRecords, openGateRecord, parseMargin, type AskedMargin } from '@kinemetric/evaluation'
import { FeatureCache } from '@kinemetric/evaluation/feature-cache'
import { readTextFile, withoutMark } from '@kinemetric/files'
import { type GateResult, type GateVerdict, readGateCalibration } from '@kinemetric/records'
import { gateText } from '@kinemetric/report'
import { cacheOption, type CacheFlags, openCache } from '../../options/cache-options.ts'
import { listOption } from '../../options/list-option.ts'
import { probability } from '../../options/probability.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode, type Outcome } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { print, warn } from '../../output/print.ts'
import { printJson } from '../../output/print-json.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { terminalStyle } from '../../output/terminal.ts'
import { writeGateFiles } from './gate-files.ts'
import { defineCalibrate } from './gate-calibrate.ts'

interface GateFlags extends CacheFlags, ProgressChoice {
  baseline?: string
  candidate?: string
  method?: string
  protocol?: string
  metrics?: string[]
  margin?: AskedMargin[]
  calibration?: string
  rules?: string[]
  rulesFile?: string
  alpha?: number
  draws?: number
  seed?: number
  undecided: 'pass' | 'fail'
  otherSeeds?: boolean
  junit?: string
  markdown?: string
  html?: string
  json?: boolean
}

/** Beyond, their patterns fill the memory and p is as fine as anybody can use. */
const MOST_DRAWS = 10_000_000

/** `kinemetric gate`: no worse than before, by margins and rules. */
export const define: DefineCommand = (command, settle) => {
  // What stands behind `calibrate` is that command's.
  command.enablePositionalOptions()
  defineCalibrate(command.command('calibrate'), settle)
  addInputs(command)
  command
    .option('--alpha <level>', 'chance of a wrong verdict, a metric (default: 0.05)', probability)
    .option(
      '--draws <n>',
      'sign patterns that are drawn where not all are taken (default: 99999)',
      wholeNumber(1, MOST_DRAWS),
    )
    .option('--seed <n>', 'of these (default: 0)', wholeNumber(0))
    .addOption(cacheOption())
    .option('--junit <file>', 'write JUnit XML for continuous integration')
    .option('--markdown <file>', 'write Markdown for a pull request')
    .option('--html <file>', 'write a page with the clips that lost most')
    .option('--json', 'print JSON, as packages/records/schema/gate.json describes it')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText('after', help)
    .action(async (flags: GateFlags) => {
      const gate = await hold(flags)
      if (flags.json) printJson(gate)
      else {
        const { color, width } = terminalStyle()
        print(gateText(gate, { width: width ?? 120, color }), { styled: color })
      }
      settle(outcomeOf(gate))
    })
}

function addInputs(command: Command): void {
  command
    .option('--baseline <results>', 'before the change: a results folder with one record of the method, or the record')
    .option('--candidate <results>', 'after it, of the same clips and seeds')
    .option('--method <id>', 'which method, where a folder holds several')
    .option('--protocol <id>', 'which protocol, where a folder holds several')
    .option('--metrics <list>', 'only these metrics', listOption)
    .option(
      '--margin <metric=number>',
      'how much worse is still acceptable, in the metric’s unit: lpips=0.01, or of one recipe lpips:alex=0.01; repeatable',
      marginOption,
    )
    .option('--calibration <file>', 'margins that `kinemetric gate calibrate` made; the larger of both holds')
    .option(
      '--rules <expression>',
      'what has to hold of the scores, as "lpips < 0.3 and psnr > baseline.psnr - 0.2"; repeatable',
      (text: string, previous: readonly string[] | undefined) => [...(previous ?? []), text],
    )
    .option('--rules-file <file>', 'such rules, one a line; what stands behind # is a comment')
    .addOption(
      new Option('--undecided <verdict>', 'what counts where neither is shown')
        .choices(['pass', 'fail'])
        .default('fail'),
    )
    .option('--other-seeds', 'compare although the two were generated with different seeds')
}

const help = `
Of each metric with a margin: pass, where the candidate is shown to be no worse by the margin; fail, where it is shown to be worse
by it; undecided, where neither is shown; cannot tell, with fewer than 5 clips or nothing to compare by. A gate passes only where
every metric and every rule does. Run on every commit it is wrong by chance at rate alpha (5 %), a metric.

Exit codes: 0 pass; 10 fail; 11 undecided (0 with --undecided pass); 12 cannot tell; 2 bad input; 3 weights missing.

Examples:
  kinemetric gate --baseline results/main --candidate results/branch --margin lpips=0.01 --margin psnr=0.2
  kinemetric gate calibrate repeats/1 repeats/2 repeats/3 repeats/4 repeats/5 --out gate-calibration.json
  kinemetric gate --baseline results/main --candidate results/branch --calibration gate-calibration.json
  kinemetric gate --baseline results/main --candidate results/branch --margin lpips=0.01 --junit gate.xml --markdown gate.md --html gate.html
  kinemetric gate --baseline results/main --candidate results/branch --rules "lpips < 0.3 and psnr > baseline.psnr - 0.2"`

function marginOption(text: string, previous: readonly AskedMargin[] = []): AskedMargin[] {
  return [...previous, ...text.split(',').map((part) => parseMargin(part))]
}

async function hold(flags: GateFlags): Promise<GateResult> {
  const { baseline, candidate } = flags
  if (baseline === undefined || candidate === undefined)
    throw cliError('bad-option', baseline === undefined ? '--baseline' : '--candidate', {
      expected: 'a results folder or a record',
      found: 'nothing',
    })
  const rules = [...(flags.rules ?? []), ...(await rulesOf(flags.rulesFile))]
  const calibration = flags.calibration === undefined ? undefined : await readGateCalibration(flags.calibration)
  const choice = { method: flags.method, protocol: flags.protocol, onWarning: warn }
  const [before, after] = [await openGateRecord(baseline, choice), await openGateRecord(candidate, choice)]
  const progress = startProgress('gate', flags)
  const gate = await interruptible(
    (signal) =>
      gateRecords(before, after, {
        margins: flags.margin,
        calibration,
        rules,
        metrics: flags.metrics,
        alpha: flags.alpha,
        draws: flags.draws,
        seed: flags.seed,
        undecided: flags.undecided,
        otherSeeds: flags.otherSeeds,
        store: openCache(flags) ?? new FeatureCache(undefined, undefined, warn),
        onMetric: ({ metric, at, of }) => progress.update(at, of, metric),
        onWarning: warn,
        signal,
      }),
    false,
  ).finally(() => progress.stop())
  await writeGateFiles(flags, gate, { baseline: before, candidate: after })
  return gate
}

async function rulesOf(file: string | undefined): Promise<string[]> {
  if (file === undefined) return []
  const rules = withoutMark(await readTextFile(file))
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
  if (rules.length > 0) return rules
  throw cliError('bad-option', file, { expected: 'a rule a line, as lpips < 0.3', found: 'none' })
}

const outcomes: Readonly<Record<GateVerdict, Outcome>> = {
  pass: exitCode.done,
  fail: exitCode.gateFailed,
  undecided: exitCode.gateUndecided,
  'cannot-tell': exitCode.gateCannotTell,
}

function outcomeOf({ passed, verdict }: GateResult): Outcome {
  return passed ? exitCode.done : outcomes[verdict]
}
