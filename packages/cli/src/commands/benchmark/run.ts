import { InvalidArgumentError } from 'commander'
import { readManifest, type Shard, shardText } from '@kinemetric/benchmark'
import { findMethod, type Method, methodNames, planRun, runMethod } from '@kinemetric/runners'
import { countOf } from '@kinemetric/files'
import { type MethodFlags, methodOptions, nativeOf } from '../../options/method-options.ts'
import { collectSetting } from '../../options/benchmark/collect-setting.ts'
import { chosenClips, clipList, clipsOption } from '../../options/benchmark/clips-option.ts'
import { type NetworkFlags, providerOption, threadsOption } from '../../options/network-options.ts'
import { shardOption } from '../../options/benchmark/shard-option.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { wereThere } from '../../output/were-there.ts'
import { printFailures } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { print, tell, warn } from '../../output/print.ts'
import { printPlan } from './print-plan.ts'
import { nextStep } from '../../shell/next-step.ts'

interface RunFlags extends LockFlags, MethodFlags, NetworkFlags, ProgressChoice {
  manifest: string
  out?: string
  plan?: boolean
  pairs: boolean
  set?: Record<string, unknown>
  preset?: string
  device?: string
  samples?: number
  clips?: string
  jobs?: number
  shard?: Shard
  timeout?: number
  json?: boolean
}

/** `kinemetric run <method>`: generated clips for every clip of a manifest, and for its pairs. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<method>', `${methodNames().join(', ')}, or the path of a method.json`)
    .requiredOption('--manifest <file>', 'manifest.jsonl that `kinemetric prepare` wrote')
    .option(
      '--out <folder>',
      'gets <clip>/s0/frame_0000.png … (s1, … of more samples), also for each pair of a clip; an interrupted run of the same kind goes on',
    )
  for (const option of methodOptions()) command.addOption(option)
  command
    .option('--set <name=value>', "one of the method's settings (JSON or text; repeatable)", collectSetting)
    .option('--preset <name>', "one of the method's presets; --set counts more")
    .option(
      '--device <device>',
      'what a program is told to run on, of those that it lists, as {device}; of our own methods the same as --provider (default: cpu)',
    )
    .addOption(providerOption().conflicts('device'))
    .addOption(threadsOption())
    .option('--samples <n>', 'samples of each clip, numbered from 0 (default: 1)', wholeNumber(1))
    .addOption(clipsOption('make').conflicts('shard'))
    .option(
      '--jobs <n>',
      'how many processes make clips: the same bytes for any number (default: what cores and memory allow, where there are clips enough; one of programs and of methods with networks, which have all cores or the card to themselves: see --shard)',
      wholeNumber(1),
    )
    .addOption(
      shardOption(
        'make one of N parts of the clips and no run.json: several at once, in one folder or each in its own; then `kinemetric merge`',
      ),
    )
    .option('--no-pairs', 'leave out the clips without one of their drivers that a manifest has for probes')
    .option('--timeout <seconds>', 'kill a program after that long', seconds)
    .addOption(takeLockOption())
    .option('--plan', 'say what a run would take (weights, operations, memory, disk, time), and end')
    .option('--json', 'print the outcome as JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      '\nExamples:\n  kinemetric run static --manifest prepared/manifest.jsonl --out generated/static' +
        '\n  kinemetric run interdyn --manifest prepared/manifest.jsonl --checkpoint svd=<folder> --checkpoint interdyn=<folder> --provider webgpu --out generated/interdyn' +
        '\n  kinemetric run mask-warp --manifest prepared/manifest.jsonl --out generated/mask-warp --shard 1/4    # and 2/4, 3/4, 4/4; then: kinemetric merge generated/mask-warp' +
        '\n\nSeveral cards or nodes: a shard each (--shard; kinemetric slurm prints the script). A program is one process, and so are networks: --jobs is refused of them.' +
        '\nMethods and their settings: kinemetric methods list, kinemetric methods show <method>',
    )
    .action(async (name: string, flags: RunFlags) => {
      const method = await findMethod(name)
      const whole = await readManifest(flags.manifest)
      const clips = await clipList(flags.clips)
      const manifest = clips === undefined ? whole : chosenClips(whole, clips)
      const asked = {
        method,
        manifest,
        config: flags.set,
        preset: flags.preset,
        pairs: flags.pairs,
        samples: flags.samples,
        device: flags.provider ?? flags.device,
        jobs: flags.jobs,
        shard: flags.shard,
        native: nativeOf(flags),
      }
      if (flags.plan) {
        const plan = await planRun({ ...asked, out: flags.out })
        if (flags.json) printJson(plan)
        else printPlan(plan)
        settle(exitCode.done)
        return
      }
      const { out } = flags
      if (out === undefined)
        throw cliError('bad-option', '--out', { expected: 'a folder for what is generated (or --plan)', found: 'none' })
      if (!flags.quiet) tell(introduce(method))
      const progress = startProgress(method.spec.id, flags)
      const result = await interruptible((signal) =>
        runMethod({
          ...asked,
          out,
          timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
          takeLock: flags.takeLock,
          signal,
          onWarning: warn,
          onProgress: ({ done, total, clip, failed, step }) =>
            progress.update(
              done,
              total,
              step === undefined ? clip : `${clip}: step ${step.done} of ${step.total}`,
              failed,
            ),
        }),
      ).finally(() => progress.stop())
      if (flags.json)
        printJson({
          method: method.spec.id,
          out,
          ...(flags.shard === undefined ? {} : { shard: flags.shard }),
          ...result,
        })
      else {
        printFailures(result.failures)
        const { done, resumed, pairs, file } = result
        const part = flags.shard === undefined ? '' : `shard ${shardText(flags.shard)}: `
        const [one, several] =
          result.samples === undefined ? ['clip', 'clips'] : ['sample of clips', 'samples of clips']
        const besides = pairs === undefined ? '' : `, ${pairs.done} of their pairs (${pairs.resumed})`
        print(
          `${part}${countOf(done, one, several)} of ${method.spec.displayName} (${wereThere(resumed)})${besides}: ${file ?? out}`,
        )
        if (flags.shard === undefined)
          nextStep('score', '--manifest', flags.manifest, '--generated', out, '--out', 'results')
        else nextStep('status', out)
      }
      settle(result.failures.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}

/** What is about to run, in words. */
function introduce({ spec }: Method): string {
  const { displayName, version, licences, summary, implementationStatus } = spec
  const status = implementationStatus === 'working' ? '' : `; ${implementationStatus}`
  return `${displayName}, version ${version} (${licences.join(', ')}${status})${summary === undefined ? '' : `: ${summary}`}`
}

/** A timer counts milliseconds in 31 bits, and one of more ends at once. */
const mostSeconds = (2 ** 31 - 1) / 1000

/** Parses a number of seconds, at most 24 days. */
export function seconds(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError(`expected a number of seconds above 0, found ${text}`)
  if (value > mostSeconds) throw new InvalidArgumentError(`expected at most ${mostSeconds} seconds, found ${text}`)
  return value
}
