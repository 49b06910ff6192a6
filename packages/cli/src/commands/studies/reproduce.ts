import type { Shard } from '@kinemetric/benchmark'
import { countOf } from '@kinemetric/files'
import { renderTable, verdictsText } from '@kinemetric/report'
import {
  benchmarkNames,
  findBenchmark,
  measureStudy,
  planStudy,
  runStudy,
  type StudyHow,
  type StudyPart,
  type StudyProgress,
  type StudyResult,
  studyVariants,
} from '@kinemetric/studies'
import { shardOption } from '../../options/benchmark/shard-option.ts'
import { siteKnowledge } from '../../options/benchmark/site-knowledge.ts'
import { addStudyOptions, studyAsk, type StudyFlags } from '../../options/benchmark/study-options.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printFailures } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { type Progress, type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { print, tell, warn } from '../../output/print.ts'
import { printStudyPlan } from './print-study-plan.ts'
import { printVariants } from './print-variants.ts'
import { terminalStyle } from '../../output/terminal.ts'
import { inOneLine } from '../../output/visible.ts'

interface ReproduceFlags extends StudyFlags, LockFlags, ProgressChoice {
  plan?: boolean
  measure?: boolean
  variants?: boolean
  partial?: boolean
  lowMemory?: boolean
  jobs?: number
  shard?: Shard
  json?: boolean
}

/** `kinemetric reproduce <benchmark>`: every stage of a benchmark, to its record, table and site. */
export const define: DefineCommand = (command, settle) => {
  command.argument('<benchmark>', `${benchmarkNames().join(', ')}, or the path of a benchmark's file`)
  addStudyOptions(command)
  command
    .option('--plan', 'say what stages there are, what of them is done, what is missing and where it is had, and end')
    .option('--measure', 'with --plan: time one clip of each stage on this machine first (clips are prepared for it)')
    .option(
      '--variants',
      'score a finished study again under each variant that needs no new clips, and say how far every number moves',
    )
    .option(
      '--partial',
      'go on with what is here: metrics and methods whose weights are missing are left out, and records say so',
    )
    .option('--low-memory', 'one network in memory at a time: slower')
    .option(
      '--jobs <n>',
      'how many processes prepare, make and score clips; all is the same for any number',
      wholeNumber(1),
    )
    .addOption(
      shardOption(
        'do one of N parts of the clips, as far as it goes before others have done theirs; run it again for the next stage',
      ),
    )
    .addOption(takeLockOption())
    .option('--json', 'print it as JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      `
Examples:
  kinemetric reproduce physics-demo
  kinemetric reproduce interdyn-table1 --plan
  kinemetric reproduce interdyn-examples --data examples=interdyn-examples/ --out table1/

An interrupted run goes on where it stopped when the same command is run again. docs/reproduce.md says what a benchmark's file holds.`,
    )
    .action(async (name: string, flags: ReproduceFlags) => {
      const benchmark = await findBenchmark(name)
      const out = flags.out ?? benchmark.benchmark.id
      const asked = studyAsk(flags)
      const shown = progressOf(flags)
      const how: StudyHow = {
        jobs: flags.jobs,
        lowMemory: flags.lowMemory,
        partial: flags.partial,
        shard: flags.shard,
        takeLock: flags.takeLock,
        site: siteKnowledge,
        drawMasks: async (folder, { model, mode }) => {
          // With all networks: only where there is something to draw.
          const { openMaskDrawer } = await import('../benchmark/draw-masks.ts')
          const { provider, threads, unverified, config } = flags
          const own = asked.maskCheckpoint
          const network = own === undefined ? { model } : { checkpoint: own, config, unverified }
          return openMaskDrawer({ ...network, maskMode: mode, provider, threads }, folder, (clip, done, total) =>
            shown.tell({ kind: 'clip', stage: 'prepare', of: 'masks', done, total, clip, failed: 0 }),
          )
        },
      }
      if (flags.plan === true) {
        const study = { ...asked, benchmark, out }
        const plan = await interruptible(async (signal) => {
          if (flags.measure === true) await measureStudy(study, { ...how, signal, onProgress: shown.tell })
          return planStudy(study, { ...how, signal })
        }).finally(() => shown.stop())
        if (flags.json) printJson(plan)
        else printStudyPlan(plan)
        return settle(exitCode.done)
      }
      if (flags.variants === true) {
        const variants = await interruptible((signal) =>
          studyVariants({ ...asked, benchmark, out }, { ...how, signal, onProgress: shown.tell }),
        ).finally(() => shown.stop())
        if (flags.json) printJson(variants)
        else printVariants(variants)
        return settle(exitCode.done)
      }
      const result = await interruptible((signal) =>
        runStudy({ ...asked, benchmark, out }, { ...how, signal, onProgress: shown.tell }),
      ).finally(() => shown.stop())
      if (flags.json) printJson(result)
      else if ('waiting' in result) printWaiting(result)
      else printResult(result)
      if ('waiting' in result) return settle(exitCode.done)
      settle(result.failures.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}

const verbs = {
  make: 'making',
  prepare: 'preparing',
  run: 'running',
  score: 'scoring',
  compare: 'comparing the methods of',
  report: 'building table and site of',
} as const

/** Tells of stages a line each, with the seconds since the start, and of their clips as other commands do. */
function progressOf(flags: ReproduceFlags): { tell: (event: StudyProgress) => void; stop: () => void } {
  const begun = performance.now()
  const quiet = flags.quiet === true && flags.progress !== 'json'
  let progress: { readonly of: string; readonly shown: Progress } | undefined
  const stop = () => {
    progress?.shown.stop()
    progress = undefined
  }
  return {
    stop,
    tell: (event) => {
      if (event.kind === 'warning') return warn(inOneLine(event.message))
      if (event.kind === 'note') return quiet ? undefined : tell(inOneLine(event.message), 'note')
      const { stage, of } = event
      if (event.kind === 'stage') {
        stop()
        const seconds = ((performance.now() - begun) / 1000).toFixed(1).padStart(7)
        if (!quiet) tell(`${seconds} s  ${verbs[stage]} ${of}${event.isDone ? ': done before' : ''}`)
        return
      }
      // Lines of work that lasts seconds would be all that is seen of a small benchmark.
      if (!process.stderr.isTTY && flags.progress !== 'json' && performance.now() - begun < 60_000) return
      if (progress?.of !== of) {
        stop()
        progress = { of, shown: startProgress(`${stage} ${of}`, flags) }
      }
      progress.shown.update(event.done, event.total, event.clip, event.failed)
    },
  }
}

function printWaiting({ waiting }: StudyPart): void {
  for (const { title, done, of } of waiting) print(`${title}: ${done} of ${countOf(of, 'part')} done`)
  print('when the others are done, run the same command again: it goes on with the next stage')
}

function printResult({ records, comparisons, verdicts, failures, results, table, site }: StudyResult): void {
  const style = terminalStyle()
  print(renderTable(records, [], { format: 'terminal', comparisons, ...style }), { styled: style.color })
  if (verdicts.length > 0) print(`\n${verdictsText(verdicts, { format: 'terminal', width: style.width })}\n`)
  printFailures(failures)
  print(`records: ${results} (${countOf(records.length, 'record')})`)
  print(`table:   ${table}`)
  print(`site:    open ${site.index}, or: kinemetric report serve ${site.outDir}`)
}
