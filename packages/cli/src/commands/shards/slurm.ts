import { type Command, Option } from 'commander'
import { mostShards } from '@kinemetric/benchmark'
import { wholeNumber } from '../../options/whole-number.ts'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { print } from '../../output/print.ts'
import { localScript, slurmScript } from './job-script.ts'
import type { ShardKind } from './shard-kind.ts'
import { mergedCommands, shardedCommands, shardKinds } from './shard-kinds.ts'

interface SlurmFlags {
  array: number
  cpus: number
  mem: string
  time: string
  gpus: number
  warning: number
  partition?: string
  account?: string
  logs?: string
  local?: boolean
}

/** `kinemetric slurm`: prints a job script that runs a command as an array of shards. */
export const define: DefineCommand = (command, settle) => {
  addOptions(command)
  command
    .argument(
      '<command...>',
      `behind --: the command to run in shards (${shardedCommands.join(', ')}), without --shard`,
    )
    .addHelpText(
      'after',
      `
Examples:
  kinemetric slurm --array 64 --time 02:00:00 -- score --manifest prepared/manifest.jsonl --generated generated/mine --out parts/ > job.sh
  sbatch job.sh
  kinemetric status parts/
  kinemetric slurm --array 8 --gpus 1 -- run interdyn --manifest prepared/manifest.jsonl --provider cuda --out generated/interdyn > job.sh
  kinemetric slurm --array 8 --gpus 1 -- reproduce interdyn-table1 --data ssv2=/data/ssv2 --provider cuda --out table1 > job.sh    # once for each stage
  kinemetric slurm --array 4 --gpus 4 --local -- run interdyn … > run.sh    # no Slurm: four shards, a card each

Paths in the command are those of the cluster; relative ones count from the folder that the job is handed in from.
A task that is preempted or out of time goes back into the queue and goes on from its journal.`,
    )
    .action(async (words: string[], flags: SlurmFlags) => {
      const isGiven = (name: keyof SlurmFlags) => command.getOptionValueSource(name) === 'cli'
      if (flags.local === true) requireOfThisMachine(isGiven)
      else requireTimeToWork(flags)
      const { program, wantsJobs } = await programOf(words)
      // On one machine the cores are shared out, unless it is said how many each has.
      const hasCpus = flags.local !== true || isGiven('cpus')
      const ask = {
        ...flags,
        command: wantsJobs && hasCpus ? [...program, '--jobs', String(flags.cpus)] : program,
        sharesCores: wantsJobs && !hasCpus && flags.gpus === 0,
        shards: flags.array,
        mergesItself: !mergedCommands.includes(words[0]),
        memory: flags.mem,
        tellsJson: tellsJson(words),
      }
      print((flags.local === true ? localScript(ask) : slurmScript(ask)).trimEnd())
      settle(exitCode.done)
    })
}

/** What only Slurm keeps: on one machine nothing would. @throws KinemetricError `bad-option` */
function requireOfThisMachine(isGiven: (name: keyof SlurmFlags) => boolean): void {
  const ofSlurm = ['mem', 'time', 'warning', 'partition', 'account'] as const
  const given = ofSlurm.filter(isGiven)
  if (given.length === 0) return
  throw cliError('bad-option', given.map((name) => `--${name}`).join(', '), {
    expected: 'a script for Slurm, which keeps it',
    found: '--local',
    then: 'leave one of both out',
  })
}

/** Whether what a command says on stderr are lines of JSON. */
function tellsJson(words: readonly string[]): boolean {
  return words.some((word, at) => word === '--progress=json' || (word === 'json' && words[at - 1] === '--progress'))
}

/** A task that is told to end from its first second on would go back into the queue for ever. @throws KinemetricError `bad-option` */
function requireTimeToWork({ time, warning }: SlurmFlags): void {
  const limit = secondsOf(time)
  // Slurm takes 0 as no limit.
  if (limit === 0 || warning < limit) return
  throw cliError('bad-option', '--warning', {
    expected: `fewer seconds than --time ${time} has (${limit})`,
    found: String(warning),
    then: 'a task needs time in which it works',
  })
}

/** As Slurm reads a time: minutes, minutes:seconds, hours:minutes:seconds, and days-hours, days-hours:minutes, days-hours:minutes:seconds. */
function secondsOf(time: string): number {
  const [rest, days] = time.split('-').toReversed()
  const parts = rest.split(':').map(Number)
  const units = days === undefined && parts.length < 3 ? [60, 1] : [3600, 60, 1]
  return parts.reduce((sum, part, at) => sum + part * units[at], Number(days ?? 0) * 86_400)
}

function addOptions(command: Command): void {
  command
    .requiredOption('--array <n>', 'how many shards', wholeNumber(1, mostShards))
    .option(
      '--cpus <n>',
      'cores of each: a command that can use them gets as many --jobs (with --local its part of the cores, unless said)',
      wholeNumber(1),
      4,
    )
    .addOption(patterned('--mem <size>', 'memory of each', /^\d+[KMGT]?$/, 'a size as 8G').default('8G'))
    .addOption(
      patterned('--time <limit>', 'time of each', /^(\d+-)?\d+(:\d{1,2}){0,2}$/, 'a time as 04:00:00').default(
        '04:00:00',
      ),
    )
    .option('--gpus <n>', 'cards of each; with --local, cards of the machine', wholeNumber(0), 0)
    .option(
      '--warning <seconds>',
      'how long before its time is up a task ends its clip and goes back into the queue',
      wholeNumber(1),
      120,
    )
    .addOption(patterned('--partition <name>', 'where to run', /^[\w.,-]+$/, 'names of partitions'))
    .addOption(patterned('--account <name>', 'whose time it is', /^[\w.@-]+$/, 'the name of an account'))
    .addOption(
      patterned(
        '--logs <folder>',
        'where the output of each goes (for Slurm it has to be there)',
        /^[^\s%\\'"]+$/,
        'a folder without spaces',
      ),
    )
    .option(
      '--local',
      'a script for this machine alone, without Slurm: its output has the shard before each line, or goes to --logs',
    )
}

/** An option that stands in a comment that sbatch reads: nothing may end the line. @throws KinemetricError `bad-option` */
function patterned(flags: string, description: string, pattern: RegExp, expected: string): Option {
  return new Option(flags, description).argParser((text) => {
    if (pattern.test(text)) return text
    throw cliError('bad-option', flags.split(' ')[0], { expected, found: JSON.stringify(text) })
  })
}

/** The command with this program before it, and whether it is to be told how many processes. @throws KinemetricError `bad-option` */
async function programOf(words: readonly string[]): Promise<{ program: string[]; wantsJobs: boolean }> {
  const [name] = words
  const kind = shardKinds.find(({ commands }) => name !== undefined && commands.includes(name))
  if (name === undefined || !shardedCommands.includes(name))
    throw cliError('bad-option', 'command', {
      expected: `a command that takes --shard: ${shardedCommands.join(', ')}`,
      found: name ?? 'none',
      then: 'write it behind --',
    })
  if (words.some((word) => /^--shard(=|$)/.test(word)))
    throw cliError('bad-option', '--shard', {
      expected: 'a command without it',
      found: 'it',
      then: 'the script adds it',
    })
  const hasJobs = words.some((word) => /^--jobs(=|$)/.test(word))
  return {
    program: [process.execPath, process.argv[1], ...words],
    wantsJobs: !hasJobs && (await takesJobs(kind, words)),
  }
}

async function takesJobs(of: ShardKind | undefined, words: readonly string[]): Promise<boolean> {
  const { kind } = (await of?.load()) ?? {}
  return kind?.takesJobs?.(words) ?? true
}
