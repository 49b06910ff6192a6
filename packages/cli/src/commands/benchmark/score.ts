import { trackerChoices } from '@kinemetric/networks'
import { delimiter, dirname } from 'node:path'
import { type Command, Option } from 'commander'
import type { Shard } from '@kinemetric/benchmark'
import {
  compareResults,
  type Evaluation,
  type EvaluateHow,
  evaluateMethods,
  type GeneratedBy,
  measureShard,
} from '@kinemetric/evaluation'
import { isThere } from '@kinemetric/files'
import { metricCatalogue } from '@kinemetric/metrics'
import { type ComparedColumn, groupsOf, type KinemetricRecord, readClipRows, readRecords } from '@kinemetric/records'
import { comparisonsText, renderTable } from '@kinemetric/report'
import { cacheChoice, cacheOption, noCacheOption, type CacheFlags } from '../../options/cache-options.ts'
import {
  checkpointsOption,
  type CheckpointsFlags,
  ownCheckpoints,
  unverifiedOption,
} from '../../options/own-checkpoint.ts'
import { referenceSource } from '../../options/benchmark/reference-source.ts'
import { protocolNames, protocolOption } from '../../options/benchmark/protocol-option.ts'
import { labelsOption, scoreLabels, type ScoreLabelsFlags } from '../by-class/score-labels.ts'
import { cliError } from '../../output/cli-error.ts'
import { printJson } from '../../output/print-json.ts'
import { terminalStyle } from '../../output/terminal.ts'
import { shardOption } from '../../options/benchmark/shard-option.ts'
import { givenFiles, type GivenFlags, givenOptions } from '../../options/benchmark/given-features.ts'
import { setOption } from '../../options/benchmark/set-option.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { type DefineCommand, exitCode, type Outcome } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { listOption } from '../../options/list-option.ts'
import { clipList, clipsOption } from '../../options/benchmark/clips-option.ts'
import { jobsOption, providerOption, threadsOption, type NetworkFlags } from '../../options/network-options.ts'
import { shower } from '../../commands/shards/show-scoring.ts'
import { wereThere } from '../../output/were-there.ts'
import { printFailures } from '../../output/print-failures.ts'
import { tellOfUnlikeSides } from './unlike-sides.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { print, warn } from '../../output/print.ts'
import { nextStep } from '../../shell/next-step.ts'

interface ScoreFlags
  extends GivenFlags, NetworkFlags, CacheFlags, CheckpointsFlags, LockFlags, ProgressChoice, ScoreLabelsFlags {
  manifest?: string
  reference?: string
  generated: string[]
  out: string
  protocol?: string
  metrics?: string[]
  set?: string[]
  method?: string
  name?: string
  trivial?: boolean
  sampledBy?: string
  scoredBy?: string
  byAuthors?: boolean
  clips?: string
  sample?: number
  floor?: number | true
  tracker?: NonNullable<EvaluateHow['tracker']>
  weights?: string
  previews?: boolean
  compare?: string[]
  interval?: NonNullable<EvaluateHow['interval']>
  overwrite?: boolean
  restart?: boolean
  jobs?: number
  shard?: Shard
  json?: boolean
  perClip?: boolean
}

/** `kinemetric score`: generated clips against references, one record. */
export const define: DefineCommand = (command, settle) => {
  addInputs(command)
  addNetworks(command)
  command
    .option('--previews', 'write small videos for the site beside the record (mind the licence of the clips)')
    .option(
      '--compare <methods>',
      'say whether it can be told apart from these methods of the same results folder',
      listOption,
    )
    .addOption(
      new Option(
        '--interval <kind>',
        'of means: Student’s with Hall’s correction, or a bootstrap over clips, which reproduces older records',
      ).choices(['hall-t', 'bca', 'percentile']),
    )
    .addOption(
      shardOption('score one of N parts of the clips and write no record: `kinemetric merge` makes it of all of them'),
    )
    .option('--overwrite', 'replace an existing record')
    .option('--restart', 'forget an unfinished run of other inputs')
    .addOption(takeLockOption())
    .option('--json', 'print the record as JSON')
    .option('--per-clip', 'with --json: each clip’s own values too, as `perClip`')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      `
Examples:
  kinemetric score --manifest prepared/manifest.jsonl --generated generated/static --out results/
  kinemetric score --reference refs/ --generated gens/ --metrics psnr,ssim
  kinemetric score --reference refs/ --generated gens/ --metrics psnr:y-basicsr --set psnr.crop=4
  kinemetric score --generated gens/ --metrics vbench-flicker
  kinemetric score --manifest prepared/manifest.jsonl --generated static=generated/static --generated mine=generated/mine

An interrupted run goes on where it stopped when the same command is run again.`,
    )
    .action(async (flags: ScoreFlags) => {
      await requireMethods(flags)
      const methods = await generatedBy(flags)
      const protocol = flags.protocol === undefined ? undefined : await protocolOption(flags.protocol)
      const progress = startProgress('score', flags)
      const leaveLabels = await scoreLabels(flags)
      if (flags.shard !== undefined) return settle(await scoreShard(flags, flags.shard, methods, protocol, progress))
      const how = await evaluateHow(flags)
      const evaluations = await interruptible((signal) =>
        evaluateMethods({
          ...how,
          methods,
          protocol,
          signal,
          onProgress: shower(progress, flags),
        }),
      ).finally(() => progress.stop())
      await leaveLabels(evaluations)
      const records = evaluations.map(({ record }) => record)
      const compared = flags.compare === undefined ? undefined : await compareWith(records, flags)
      if (flags.json) await printResults(evaluations, compared, flags)
      else {
        const style = terminalStyle()
        print(renderTable(records, [], { format: 'terminal', ...style }), { styled: style.color })
        for (const { record, paths } of evaluations) printFailures(record.failures, paths.record)
        tellOfUnlikeSides(records)
        if (compared !== undefined) print(comparisonsText(compared, { width: style.width ?? 120 }))
        const signatures = new Set(records.flatMap(({ scores }) => scores.map(({ signature }) => signature)))
        print(`signatures:\n${[...signatures].map((signature) => `  ${signature}`).join('\n')}`)
        for (const { paths } of evaluations) print(`record: ${paths.record}\nper clip and frame: ${paths.table}`)
        const [first] = evaluations
        if (first !== undefined) nextStep('report', 'serve', dirname(first.paths.folder))
      }
      settle(records.some(({ failures }) => failures.length > 0) ? exitCode.someFailed : exitCode.done)
    })
}

/** Measures a shard and says where its journals are. @returns the exit code */
async function scoreShard(
  flags: ScoreFlags,
  shard: Shard,
  methods: readonly GeneratedBy[],
  protocol: EvaluateHow['protocol'],
  progress: ReturnType<typeof startProgress>,
): Promise<Outcome> {
  if (flags.compare !== undefined)
    throw cliError('bad-option', '--compare', { expected: 'records to compare', found: '--shard, which writes none' })
  const onProgress = shower(progress, flags)
  const how = await evaluateHow(flags)
  const measured = await interruptible((signal) =>
    measureShard({ ...how, shard, methods, protocol, signal, onProgress }),
  ).finally(() => progress.stop())
  if (flags.json) printJson({ shards: measured })
  else
    for (const each of measured) {
      printFailures(each.failures)
      print(
        `shard ${shard.index}/${shard.count} of ${each.method}: ${each.measured} measured (${wereThere(each.resumed)}): ${each.file}`,
      )
    }
  return measured.some(({ failures }) => failures.length > 0) ? exitCode.someFailed : exitCode.done
}

/** One method's record with its places as it always was; of several `methods`, in the order asked for. */
async function printResults(
  evaluations: readonly Evaluation[],
  compared: readonly ComparedColumn[] | undefined,
  { perClip }: Pick<ScoreFlags, 'perClip'>,
): Promise<void> {
  const columns = compared === undefined ? {} : { comparisons: compared }
  const each = await Promise.all(
    evaluations.map(async ({ record, paths, run }) => ({
      ...record,
      table: paths.table,
      record: paths.record,
      run,
      ...(perClip === true ? { perClip: await clipValues(paths.table) } : {}),
    })),
  )
  printJson(each.length === 1 ? { ...each[0], ...columns } : { methods: each, ...columns })
}

/** What a per-clip table says of whole clips, for scripts without a reader of Parquet; null where a clip has no value. */
async function clipValues(table: string) {
  const columns = Map.groupBy(await readClipRows(table), ({ metric, recipe }) => `${metric}:${recipe}`)
  return [...columns.values()].map((rows) => ({
    metric: rows[0].metric,
    recipe: rows[0].recipe,
    clips: rows.map(({ clip, value }) => ({ clip, value: Number.isFinite(value) ? value : null })),
  }))
}

/**
 * The folders of `--generated`, each with the id that stands before `=`. A folder whose own name has that sign is one.
 * @throws KinemetricError `bad-option` where one method's words are given for several
 */
async function generatedBy(flags: ScoreFlags): Promise<GeneratedBy[]> {
  const { generated, method: id, name, trivial, sampledBy, scoredBy, byAuthors } = flags
  const origin = { sampledBy, scoredBy, byAuthors }
  const own = { '--method': id, '--name': name, '--trivial': trivial }
  const [given] = Object.entries(own).flatMap(([option, value]) => (value === undefined ? [] : [option]))
  if (generated.length > 1 && given !== undefined)
    throw cliError('bad-option', given, {
      expected: 'one --generated with it',
      found: String(generated.length),
      then: 'several methods are named with --generated <id>=<folder>',
    })
  return Promise.all(
    generated.map(async (text): Promise<GeneratedBy> => {
      const [, before, after] = /^([^=/\\]+)=(.+)$/s.exec(text) ?? []
      if (before === undefined || after === undefined || (await isThere(text)))
        return { generated: text, method: { id, name, trivial, ...origin } }
      if (id !== undefined)
        throw cliError('bad-option', '--method', {
          expected: `none beside --generated ${before}=…, which names the method`,
          found: id,
        })
      return { generated: after, method: { id: before, name, trivial, ...origin } }
    }),
  )
}

/** Methods to compare with are there before hours of scoring. */
async function requireMethods({ out, compare = [] }: ScoreFlags): Promise<void> {
  if (compare.length === 0) return
  const stored = await readRecords(out).catch(() => ({ records: [] }))
  const known = stored.records.map(({ record }) => record.method.id)
  const unknown = compare.find((id) => !known.includes(id))
  if (unknown !== undefined)
    throw cliError('bad-option', '--compare', {
      expected: known.length === 0 ? `a method with a record in ${out}` : `one of ${[...new Set(known)].join(', ')}`,
      found: unknown,
    })
}

/** The new records' comparisons with the methods that were named; these are the family. */
async function compareWith(records: readonly KinemetricRecord[], flags: ScoreFlags): Promise<ComparedColumn[]> {
  const methods = [...new Set([...records.map(({ method }) => method.id), ...(flags.compare ?? [])])]
  const compared = await interruptible((signal) =>
    compareResults(flags.out, {
      methods,
      metrics: [
        ...new Set(
          records.flatMap(({ scores }) => scores.flatMap(({ metric, value }) => (value === null ? [] : [metric]))),
        ),
      ],
      cache: cacheChoice(flags),
      signal,
      onWarning: warn,
    }),
  )
  return compared
    .filter(({ protocol }) => protocol.digest === records[0].protocol.digest)
    .flatMap(({ columns }) => columns)
}

/** What is scored, by what, and where the record goes. */
function addInputs(command: Command): void {
  command
    .option('--manifest <file>', 'manifest.jsonl that `kinemetric prepare` wrote')
    .option(
      '--reference <folder>',
      'or: a folder of reference videos, paired with the generated ones by name; or neither, with metrics that need none',
    )
    .requiredOption(
      '--generated <[id=]folder>',
      'videos, folders of frames, or the output of `kinemetric run`; several times for several methods in one pass, whose records are those that each gets alone',
      (text: string, before?: string[]) => [...(before ?? []), text],
    )
    .option('--out <folder>', 'results folder: the record goes to <out>/<protocol>/<method>.json', 'results')
    .option(
      '--protocol <id>',
      `with --reference, or with neither: ${protocolNames} (as-is: every frame, own size); with --manifest a file of its own protocol, for other metrics`,
    )
    .option(
      '--metrics <list>',
      `\`default\`, \`all\`, or a list of metrics and groups like psnr,fvd:stylegan-v,prdc (${metricCatalogue.map((metric) => metric.id).join(', ')}; groups: ${groupsOf(metricCatalogue).join(', ')})`,
      listOption,
    )
    .addOption(setOption())
    .option('--method <id>', "the method's id (else run.json's, else the folder's name)")
    .option('--name <name>', "the method's name in tables")
    .option('--trivial', 'mark it as a trivial baseline')
    .option('--sampled-by <who>', 'who made the clips, for the record')
    .option('--scored-by <who>', 'who scores them, for the record')
    .option('--by-authors', 'the method’s own authors score it: a site says so beside its name')
    .addOption(clipsOption('score'))
    .addOption(labelsOption())
    .option(
      '--sample <k>',
      'score this sample of each clip alone (default: all; a clip counts by their mean)',
      wholeNumber(0),
    )
    .option(
      '--floor [k]',
      'what unrelated videos get: also measure each clip against the references of k other clips (5), in as many passes more',
      wholeNumber(1),
    )
  for (const option of givenOptions()) command.addOption(option)
}

/** Which networks measure, where, and with which weights. */
function addNetworks(command: Command): void {
  command
    .addOption(new Option('--tracker <tracker>', 'for motion metrics').choices(trackerChoices))
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jobsOption('score', 'the record is'))
    .option(
      '--weights <folders>',
      `where weights lie, separated by "${delimiter}" (default: KINEMETRIC_WEIGHTS, then the cache)`,
    )
    .addOption(cacheOption())
    .addOption(noCacheOption())
    .addOption(checkpointsOption())
    .addOption(unverifiedOption())
}

async function evaluateHow(flags: ScoreFlags): Promise<EvaluateHow> {
  const { metrics } = flags
  const [only] = metrics ?? []
  return {
    reference: referenceSource(flags),
    out: flags.out,
    metrics: metrics?.length === 1 && (only === 'all' || only === 'default') ? only : metrics,
    settings: flags.set,
    features: givenFiles(flags),
    clips: await clipList(flags.clips),
    sample: flags.sample,
    unrelated: flags.floor === true ? 5 : flags.floor,
    tracker: flags.tracker,
    provider: flags.provider,
    jobs: flags.jobs,
    threads: flags.threads,
    weightFolders: flags.weights?.split(delimiter).filter((folder) => folder !== ''),
    cache: cacheChoice(flags),
    unverifiedCheckpoints: ownCheckpoints(flags),
    previews: flags.previews,
    interval: flags.interval,
    overwrite: flags.overwrite,
    restart: flags.restart,
    takeLock: flags.takeLock,
  }
}
