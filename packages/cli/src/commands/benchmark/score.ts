import { delimiter } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { evaluate, type EvaluateOptions, type EvaluateProgress } from '@kinemetric/evaluation'
import { protocols } from '@kinemetric/benchmark'
import { metricCatalogue } from '@kinemetric/metrics'
import { renderTable } from '@kinemetric/report'
import { cacheChoice, cacheOption, noCacheOption, type CacheFlags } from '../../options/cache-options.ts'
import { requireUnverified } from '../../options/checkpoint-options.ts'
import { exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { listOption } from '../../options/list-option.ts'
import type { Outcome } from '../../main.ts'
import { providerOption, threadsOption, type NetworkFlags } from '../../options/network-options.ts'
import { printFailures } from '../../output/print-failures.ts'
import { startProgress } from '../../output/progress.ts'
import { wholeNumber } from '../../options/whole-number.ts'

interface ScoreFlags extends NetworkFlags, CacheFlags {
  manifest?: string
  reference?: string
  generated: string
  out: string
  protocol?: string
  metrics?: string[]
  method?: string
  name?: string
  trivial?: boolean
  sample?: number
  tracker?: NonNullable<EvaluateOptions['tracker']>
  weights?: string
  checkpoint?: Record<string, string>
  unverified?: boolean
  previews?: boolean
  compare?: string[]
  overwrite?: boolean
  restart?: boolean
  json?: boolean
  quiet?: boolean
}

/** `kinemetric score`: generated clips against references, one record. */
export function scoreCommand(settle: (code: Outcome) => void): Command {
  return new Command('score')
    .description('Score generated clips against their references and write a record')
    .option('--manifest <file>', 'manifest.jsonl that `kinemetric prepare` wrote')
    .option('--reference <folder>', 'or: a folder of reference videos, paired with the generated ones by name')
    .requiredOption('--generated <folder>', 'videos, folders of frames, or the output of `kinemetric run`')
    .option('--out <folder>', 'results folder: the record goes to <out>/<protocol>/<method>.json', 'results')
    .option(
      '--protocol <id>',
      `with --reference: ${protocols.map(({ identity }) => identity.id).join(', ')} (as-is: every frame, own size)`,
    )
    .option(
      '--metrics <list>',
      `\`default\`, \`all\`, or a list like psnr,ssim,lpips,fvd:stylegan-v (${metricCatalogue.map((metric) => metric.id).join(', ')})`,
      listOption,
    )
    .option('--method <id>', "the method's id (else run.json's, else the folder's name)")
    .option('--name <name>', "the method's name in tables")
    .option('--trivial', 'mark it as a trivial baseline')
    .option('--sample <k>', 'which sample of a run is scored', wholeNumber(0), 0)
    .addOption(
      new Option('--tracker <tracker>', 'for motion metrics').choices([
        'auto',
        'cotracker3-offline',
        'cotracker3-online',
        'lucas-kanade',
      ]),
    )
    .addOption(providerOption())
    .addOption(threadsOption())
    .option(
      '--weights <folders>',
      `where weights lie, separated by "${delimiter}" (default: KINEMETRIC_WEIGHTS, then the cache)`,
    )
    .addOption(cacheOption())
    .addOption(noCacheOption())
    .option(
      '--checkpoint <network=file>',
      'a checkpoint of your own for inception, i3d or cotracker3 (repeatable; with --unverified; the record says so)',
      collectCheckpoint,
    )
    .option('--unverified', 'use --checkpoint without knowing its content')
    .option('--previews', 'write small videos for the site beside the record (mind the licence of the clips)')
    .option('--compare <methods>', 'paired tests against these methods of the same results folder', listOption)
    .option('--overwrite', 'replace an existing record')
    .option('--restart', 'forget an unfinished run of other inputs')
    .option('--json', 'print the record as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  kinemetric score --manifest prepared/manifest.jsonl --generated generated/static --out results/
  kinemetric score --reference refs/ --generated gens/ --metrics psnr,ssim

An interrupted run goes on where it stopped when the same command is run again.`,
    )
    .action(async (flags: ScoreFlags) => {
      const progress = startProgress('score', { quiet: flags.quiet })
      const evaluation = await interruptible((signal) =>
        evaluate({ ...evaluateOptions(flags), signal, onProgress: (event) => show(event, progress, flags) }),
      ).finally(() => progress.stop())
      const { record, paths } = evaluation
      if (flags.json)
        console.log(
          JSON.stringify({ ...record, table: paths.table, record: paths.record, run: evaluation.run }, null, 2),
        )
      else {
        const colour = process.stdout.isTTY && !process.env.NO_COLOR
        console.log(renderTable([record], [], { format: 'terminal', color: colour, width: process.stdout.columns }))
        printFailures(record.failures)
        console.log(`signatures:\n${record.scores.map((score) => `  ${score.signature}`).join('\n')}`)
        console.log(`record: ${paths.record}\nper clip and frame: ${paths.table}`)
      }
      settle(record.failures.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}

function evaluateOptions(flags: ScoreFlags): EvaluateOptions {
  if ((flags.manifest === undefined) === (flags.reference === undefined)) {
    throw new Error(
      'expected either --manifest <file> or --reference <folder>; found ' +
        (flags.manifest === undefined ? 'neither' : 'both'),
    )
  }
  const { metrics } = flags
  const [only] = metrics ?? []
  return {
    reference: flags.manifest === undefined ? { folder: flags.reference! } : { manifest: flags.manifest },
    generated: flags.generated,
    out: flags.out,
    protocol: flags.protocol,
    metrics: metrics?.length === 1 && (only === 'all' || only === 'default') ? only : metrics,
    method: { id: flags.method, name: flags.name, trivial: flags.trivial },
    sample: flags.sample,
    tracker: flags.tracker,
    provider: flags.provider,
    threads: flags.threads,
    weightFolders: flags.weights?.split(delimiter).filter((folder) => folder !== ''),
    cache: cacheChoice(flags),
    unverifiedCheckpoints: ownCheckpoints(flags),
    previews: flags.previews,
    compareWith: flags.compare,
    overwrite: flags.overwrite,
    restart: flags.restart,
  }
}

function show(event: EvaluateProgress, progress: ReturnType<typeof startProgress>, flags: ScoreFlags): void {
  switch (event.kind) {
    case 'start':
      if (event.resumed > 0 && !flags.quiet)
        console.error(`going on: ${event.resumed} of ${event.total} clips were scored before`)
      progress.update(event.resumed, event.total)
      break
    case 'clip':
      progress.update(event.done, event.total, event.clip)
      break
    case 'stage':
      if (!flags.quiet) console.error(event.stage)
      break
    case 'warning':
      console.error(`warning: ${event.message}`)
      break
  }
}

/** The networks that each word of `--checkpoint` stands for. */
const networks: Readonly<Record<string, readonly string[]>> = {
  inception: ['inception-2015-12-05'],
  i3d: ['i3d-kinetics-400'],
  cotracker3: ['cotracker3-offline', 'cotracker3-online'],
}

function collectCheckpoint(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  const network = text.slice(0, Math.max(0, at))
  if (!Object.hasOwn(networks, network) || at === text.length - 1) {
    throw new InvalidArgumentError(
      `expected one of ${Object.keys(networks)
        .map((name) => `${name}=<file>`)
        .join(', ')}; found ${text}`,
    )
  }
  return { ...previous, [network]: text.slice(at + 1) }
}

function ownCheckpoints({ checkpoint, unverified }: ScoreFlags): EvaluateOptions['unverifiedCheckpoints'] {
  requireUnverified({ checkpoint: checkpoint && Object.values(checkpoint).join(', '), unverified })
  if (checkpoint === undefined) return undefined
  const files = Object.entries(checkpoint)
  return Object.fromEntries(files.flatMap(([word, file]) => networks[word].map((network) => [network, file])))
}
