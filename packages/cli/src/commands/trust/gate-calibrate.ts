import { calibrateGate, findRecords, type GateRecord, openGateRecord, openVerified } from '@kinemetric/evaluation'
import { isThere } from '@kinemetric/files'
import { nvidiaCards } from '@kinemetric/networks'
import { type GateCalibration, readRun, writeGateCalibration } from '@kinemetric/records'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { print, printColumns, warn } from '../../output/print.ts'
import { printJson } from '../../output/print-json.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'

interface CalibrateFlags extends ProgressChoice {
  out: string
  codec?: string
  method?: string
  protocol?: string
  overwrite?: boolean
  json?: boolean
}

/** `kinemetric gate calibrate`: margins from repeats of the unchanged pipeline. */
export const defineCalibrate: DefineCommand = (command, settle) => {
  command
    .description('Make the margins of a gate from repeats of the unchanged pipeline: same clips, same seeds')
    .argument('<results...>', 'five or more results folders or records, or a folder of such folders')
    .option('--out <file>', 'where the calibration goes', 'gate-calibration.json')
    .option('--codec <results>', 'the record of the same clips through the codec that they are delivered in')
    .option('--method <id>', 'which method, where folders hold several')
    .option('--protocol <id>', 'which protocol, where folders hold several')
    .option('--overwrite', 'replace a calibration that is there')
    .option('--json', 'print the calibration as JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      `
The margin of a metric is the larger of what two runs of the unchanged pipeline differ by at most in 95 % of all cases, and of what
the codec costs a clip (--codec). A pipeline that repeats to the bit has a margin of 0: give --margin to the gate beside it.

Examples:
  kinemetric gate calibrate repeats/1 repeats/2 repeats/3 repeats/4 repeats/5
  kinemetric gate calibrate repeats/ --method alpha --codec results/encoded --out gate-calibration.json`,
    )
    .action(async (results: string[], flags: CalibrateFlags) => {
      if (flags.overwrite !== true && (await isThere(flags.out)))
        throw cliError(
          'bad-option',
          flags.out,
          'is there already: --overwrite replaces it, --out chooses another place',
        )
      const progress = startProgress('calibrate', flags)
      const calibration = await interruptible(
        (signal) => calibrate(results, flags, signal, (at, of, file) => progress.update(at, of, file)),
        false,
      ).finally(() => progress.stop())
      await writeGateCalibration(flags.out, calibration, { overwrite: flags.overwrite })
      if (flags.json) printJson(calibration)
      else printCalibration(calibration, flags.out)
      settle(exitCode.done)
    })
}

async function calibrate(
  results: readonly string[],
  { codec, method, protocol }: CalibrateFlags,
  signal: AbortSignal,
  onRecord: (at: number, of: number, path: string) => void,
): Promise<GateCalibration> {
  const choice = { method, protocol, onWarning: warn }
  const found = (await Promise.all(results.map((path) => findRecords(path, choice)))).flat()
  const repeats: GateRecord[] = []
  for (const [at, stored] of found.entries()) {
    signal.throwIfAborted()
    onRecord(at, found.length, stored.path)
    repeats.push(await openVerified(stored))
  }
  return calibrateGate(repeats, {
    codec: codec === undefined ? undefined : await openGateRecord(codec, choice),
    devices: await devicesOf(repeats),
    drivers: nvidiaCards(),
  })
}

/** What the repeats ran on, as the files of their runs say. */
async function devicesOf(repeats: readonly GateRecord[]): Promise<string[]> {
  const devices = new Set<string>()
  for (const { path } of repeats) {
    const run = path.replace(/\.json$/, '.run.json')
    if (!(await isThere(run))) continue
    for (const device of (await readRun(run)).generation?.devices ?? []) devices.add(device)
  }
  return [...devices].sort()
}

function printCalibration({ metrics, repeats, clips, frames, method }: GateCalibration, out: string): void {
  print(`${repeats} repeats of ${method.name} on ${clips} clips`)
  print(
    frames.bitwise
      ? 'generated frames: identical in all repeats; the gate looks at frames too'
      : `generated frames: they differ between repeats on ${frames.changed} of ${clips} clips`,
  )
  const rows = metrics.map(({ label, recipe, repeatabilitySd, repeatabilityLimit, codecShift, margin, ...own }) => [
    `${label} (${recipe})`,
    short(repeatabilitySd),
    short(repeatabilityLimit),
    codecShift === null ? '–' : short(codecShift),
    short(margin),
    own.passShare === null ? '–' : `${Math.floor(100 * own.passShare)} %`,
    own.marginToPass95 === null ? '–' : short(own.marginToPass95),
  ])
  const head = [
    'metric',
    'sd of repeats',
    'repeatability limit',
    'codec',
    'margin',
    'unchanged pass',
    'margin for 95 %',
  ]
  printColumns([head, ...rows], 'numbers')
  if (metrics.some(({ passShare }) => passShare !== null && passShare < 0.95))
    print(
      'unchanged pass: the share of runs without a change that a gate of so many clips passes; of the others it is undecided. With the margins of the last column 95 % of them pass by all metrics: give them with --margin beside --calibration, or take more clips, or --undecided pass to be stopped by fail alone.',
    )
  for (const { label, margin, pairedSd, wide } of metrics)
    if (wide)
      warn(
        `${label}: the margin is ${short(margin / (pairedSd ?? 1))} standard deviations of the clips’ differences: it hides differences up to ${short(margin)}`,
      )
  if (metrics.some(({ margin }) => margin === 0))
    print('a margin of 0 lets nothing be worse: say how much may be, with --margin beside --calibration')
  print(`written to ${out}: kinemetric gate --baseline … --candidate … --calibration ${out}`)
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
