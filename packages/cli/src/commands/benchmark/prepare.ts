import { type Command, Option } from 'commander'
import {
  adapters,
  findAdapter,
  planPreparation,
  type PreparationPlan,
  type Preparation,
  prepare,
  type PreparedShard,
  type PrepareOptions,
  prepareShard,
  type Shard,
  usualProtocol,
} from '@kinemetric/benchmark'
import { defaultCacheFolder } from '@kinemetric/evaluation/feature-cache'
import { networkCatalogue } from '@kinemetric/networks/catalogue'
import { countOf } from '@kinemetric/files'
import { cacheChoice, type CacheFlags } from '../../options/cache-options.ts'
import { datasetOptions, givenDatasetOptions } from '../../options/benchmark/dataset-options.ts'
import { protocolNames, protocolOption } from '../../options/benchmark/protocol-option.ts'
import { shardOption } from '../../options/benchmark/shard-option.ts'
import { providerOption, threadsOption } from '../../options/network-options.ts'
import { checkpointOption, unverifiedOption } from '../../options/own-checkpoint.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { cliError } from '../../output/cli-error.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { wereThere } from '../../output/were-there.ts'
import { printFailures, printWarnings } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { inOneLine } from '../../output/visible.ts'
import { print, warn } from '../../output/print.ts'
import type { DrawMasksFlags, OpenedDrawer } from './draw-masks.ts'
import { printFunnel, printPlanned, printPreparation } from './print-preparation.ts'
import { nextStep } from '../../shell/next-step.ts'

interface PrepareFlags extends LockFlags, CacheFlags, DrawMasksFlags, Record<string, unknown>, ProgressChoice {
  protocol?: string
  out?: string
  plan?: boolean
  shard?: Shard
  jobs?: number
  overwrite?: boolean
  json?: boolean
}

const maskModels = networkCatalogue.filter(({ role }) => role === 'masks').map(({ id }) => id)

/** `kinemetric prepare <dataset> <folder>`: a dataset under a protocol becomes a manifest with everything it names. */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<dataset>', `kind of dataset: ${adapters.map((adapter) => adapter.id).join(', ')}`)
    .argument('[folder]', "the dataset's folder; none where options say where it is")
    .option('--protocol <id>', `protocol: ${protocolNames}; physics-iq has its own`)
    .option('--out <folder>', 'gets manifest.jsonl and clips/; what is there already and fits is kept')
    .addOption(
      shardOption(
        'prepare one of N parts of the clips and write no manifest: `kinemetric merge` makes it of all of them',
      ),
    )
    .option('--plan', 'say what would be kept and why not the rest; nothing is cut, and --out is not needed')
  for (const option of datasetOptions()) command.addOption(option)
  command
    .option(
      '--jobs <n>',
      'processes that prepare clips (default: one a core, 16 at most, one for every 8 clips); the result is the same',
      wholeNumber(1),
    )
    .option(
      '--overwrite',
      'replace what was prepared of another dataset or protocol, or with other options, drawn masks included',
    )
    .addOption(takeLockOption())
    .addOption(
      new Option('--model <model>', 'with --control sam2: which network draws masks (default sam2.1-large)').choices(
        maskModels,
      ),
    )
    .addOption(
      new Option(
        '--mask-mode <mode>',
        'with --control sam2: every frame by its own boxes, or from the first through the video',
      )
        .choices(['box-per-frame', 'box-propagate'])
        .default('box-per-frame'),
    )
    .addOption(checkpointOption())
    .addOption(unverifiedOption())
    .option('--config <file>', 'with --checkpoint: sizes of a network of your own (JSON)')
    .addOption(providerOption())
    .addOption(threadsOption())
    .option(
      '--cache <folder>',
      'remembers what videos and boxes were found to be (default: KINEMETRIC_CACHE, then the user’s cache)',
    )
    .option('--no-cache', 'look at every video and box anew')
    .option('--json', 'print the outcome as JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      `
Examples:
  kinemetric prepare interdyn-examples examples/ --protocol interdyn-256x384 --out prepared/
  kinemetric prepare interdyn-examples examples/ --protocol interdyn-256x384 --out prepared/ --shard 1/4    # and 2/4, 3/4, 4/4
  kinemetric merge prepared/`,
    )
    .action(async (dataset: string, folder: string | undefined, flags: PrepareFlags) => {
      requireFolder(dataset, folder)
      requireDrawing(dataset, command)
      if (flags.plan === true && flags.shard !== undefined)
        throw cliError('bad-option', '--shard', { expected: 'clips to cut', found: '--plan, which cuts none' })
      const options = givenDatasetOptions(flags)
      const protocol = await protocolOption(flags.protocol ?? protocolOfDataset(dataset, options))
      const reading = startProgress('read', flags)
      const what = {
        adapter: dataset,
        dataset: folder ?? '',
        protocol,
        options,
        cache: cacheFolderOf(flags),
        jobs: flags.jobs,
        onReading: (done: number, total: number, of: string) => reading.update(done, total, of),
      }
      if (flags.plan === true) {
        const plan = await interruptible((signal) => planPreparation({ ...what, signal })).finally(() => reading.stop())
        if (flags.json) printJson(plan)
        else sayPlan(plan)
        return settle(plan.failures.length > 0 ? exitCode.someFailed : exitCode.done)
      }
      const { out, shard } = flags
      if (out === undefined)
        throw cliError('bad-option', '--out', { expected: 'a folder for the clips, or --plan', found: 'none' })
      const progress = startProgress('prepare', flags)
      let drawer: OpenedDrawer | undefined
      let failed = 0
      const outcome = await interruptible(async (signal): Promise<Preparation | PreparedShard> => {
        const how: PrepareOptions = {
          ...what,
          out,
          drawMasks: async () => {
            // With all networks: only where there is something to draw.
            const { openMaskDrawer } = await import('./draw-masks.ts')
            drawer = await openMaskDrawer(flags, out, (clip, done, total) =>
              reading.update(done, total, `masks of ${clip}`),
            )
            return drawer
          },
          overwrite: flags.overwrite,
          takeLock: flags.takeLock,
          signal,
          onWarning: warn,
          onProgress: ({ done, total, clip, failure }) => {
            reading.stop()
            if (failure !== undefined) failed++
            progress.update(done, total, clip, failed)
          },
        }
        return shard === undefined ? prepare(how) : prepareShard({ ...how, shard })
      }).finally(async () => {
        progress.stop()
        await drawer?.close()
      })
      if (flags.json) printJson('shard' in outcome ? { shards: [outcome] } : outcome)
      else if ('shard' in outcome) printShard(outcome)
      else {
        printPreparation(outcome, out)
        const { clips, failures, kept } = outcome
        print(`${clips} of ${clips + failures.length} clips (${wereThere(kept)}): ${outcome.manifest}`)
        nextStep('run', 'static', '--manifest', outcome.manifest, '--out', 'generated/static')
      }
      settle(outcome.failures.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}

/** The protocol that a dataset has by itself. @throws KinemetricError `bad-option` where it has none */
function protocolOfDataset(dataset: string, options: Readonly<Record<string, unknown>>): string {
  const protocol = usualProtocol(findAdapter(dataset), options)
  if (protocol !== undefined) return protocol
  throw cliError('bad-option', '--protocol', { expected: `one of ${protocolNames}`, found: 'none' })
}

function printShard({ shard: { index, count }, clips, kept, failures, file }: PreparedShard): void {
  printFailures(failures)
  print(`shard ${index}/${count}: ${countOf(clips, 'clip')} (${wereThere(kept)}): ${file}`)
}

function sayPlan(plan: PreparationPlan): void {
  printFunnel(plan.funnel ?? [], plan.paper)
  for (const note of plan.notes ?? []) warn(inOneLine(note))
  printWarnings(plan.warnings, '--json')
  printFailures(plan.failures, '--json')
  printPlanned(plan)
}

/** Undefined for none. */
function cacheFolderOf(flags: CacheFlags): string | undefined {
  const chosen = cacheChoice(flags) ?? defaultCacheFolder()
  return chosen === false ? undefined : chosen
}

/** @throws KinemetricError `bad-option` unless the dataset has a folder where it needs one, and only there */
function requireFolder(dataset: string, folder: string | undefined): void {
  const { withoutFolder = false } = findAdapter(dataset)
  if (withoutFolder !== (folder === undefined))
    throw cliError('bad-option', dataset, {
      expected: withoutFolder ? 'no folder: options say where its files are' : "the dataset's folder",
      found: folder ?? 'none',
    })
}

/** Options of the network that draws masks say something of nothing where none is drawn. @throws KinemetricError `bad-option` */
function requireDrawing(dataset: string, command: Command): void {
  const given = ['model', 'maskMode', 'checkpoint', 'unverified', 'config'].find(
    (name) => command.getOptionValueSource(name) === 'cli',
  )
  const control: unknown = command.getOptionValue('control')
  if (given === undefined || (dataset === 'ssv2' && (control === undefined || control === 'sam2'))) return
  const option = command.options.find((each) => each.attributeName() === given)?.long ?? given
  const found = dataset === 'ssv2' ? `--control ${String(control)}` : dataset
  throw cliError('bad-option', option, { expected: 'prepare ssv2 --control sam2, which draws masks', found })
}
