import { Command } from 'commander'
import { extractFeatures, openExtractor } from '@kinemetric/benchmark'
import { featureNeeds, type FeatureOrigin, isReferenceName } from '@kinemetric/metrics'
import { cacheOption, noCacheOption, openCache, type CacheFlags } from '../cache-options.ts'
import { checkpointOption, requireUnverified, unverifiedOption, type CheckpointFlags } from '../checkpoint-options.ts'
import { exitCode } from '../exit-code.ts'
import { type FeatureSink, openNamedSink, openRowsSink, openStatisticsSink } from '../feature-sinks.ts'
import { framesOption } from '../frames-option.ts'
import { interruptible } from '../interruptible.ts'
import type { Outcome } from '../main.ts'
import { providerOption, threadsOption, type NetworkFlags } from '../network-options.ts'
import { printFailures } from '../print-failures.ts'
import { startProgress } from '../progress.ts'

interface FeatureFlags extends NetworkFlags, CheckpointFlags, CacheFlags {
  recipe?: string
  exclude?: number[]
  statistics?: boolean
  saveAs?: string
  out?: string
  json?: boolean
  quiet?: boolean
}

/** `kinemetric features <network> <videos>`: one row a clip (i3d) or a frame (inception). */
export function featuresCommand(settle: (code: Outcome) => void): Command {
  return new Command('features')
    .description('Extract features: one row a clip for i3d, one a frame for inception')
    .argument('<network>', 'inception or i3d')
    .argument(
      '<videos>',
      "a manifest (its references), a folder of videos, of images or of a method's run, or one video",
    )
    .option('--recipe <id>', 'preprocessing as this recipe of fid (inception) or fvd (i3d) has it')
    .addOption(checkpointOption())
    .addOption(unverifiedOption())
    .option(
      '--exclude <frames>',
      "leave out these frames of every clip, like 0 (a manifest's protocol says it itself)",
      framesOption,
    )
    .option('--statistics', 'write mean and covariance (.npz: mu, sigma) instead of rows')
    .option('--save-as <name>', 'keep mean and covariance under a name that `kinemetric distance --reference` knows')
    .addOption(cacheOption())
    .addOption(noCacheOption())
    .addOption(providerOption())
    .addOption(threadsOption())
    .option('--out <file>', '.npy: the matrix; .npz: also where it comes from, so that other recipes refuse it')
    .option('--json', 'print a summary as JSON')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  kinemetric features i3d refs/ --out refs.npz
  kinemetric features inception refs/ --recipe clean-fid --save-as ssv2-val

An interrupted extraction goes on from the cache when the same command is run again.`,
    )
    .action(async (network: string, videos: string, flags: FeatureFlags) => {
      const metric = metricOf(network, flags)
      const needs = featureNeeds(metric, flags.recipe)
      const { extractor, weights } = await openExtractor(needs, flags)
      const { preprocessing, batchNormEpsilon } = needs
      const origin = { network: needs.network, preprocessing, batchNormEpsilon, digest: extractor.digest }
      const sink = await openSink(flags, metric, extractor.dimension, origin)
      const cache = openCache(flags)
      const progress = startProgress('features', { quiet: flags.quiet })
      try {
        const { clips, failures } = await interruptible((signal) =>
          extractFeatures({
            source: videos,
            extractor,
            exclude: flags.exclude,
            cached: cache && { cache, side: 'reference', needs, provider: flags.provider ?? 'cpu' },
            onRows: (rows) => sink.add(rows),
            onProgress: ({ done, total, clip }) => progress.update(done, total, clip),
            signal,
          }),
        ).finally(() => progress.stop())
        printFailures(failures)
        if (clips.length === 0) throw new Error(`${videos}: expected at least one clip with features; every one failed`)
        const { rows, path } = await sink.finish()
        const { dimension } = extractor
        const networkRuns = cache?.counters.reference.networkRuns ?? clips.length
        if (flags.json) {
          const summary = { ...origin, weights, rows, dimension, clips, failures, networkRuns, out: path }
          console.log(JSON.stringify(summary, null, 2))
        } else {
          const cached = clips.length - networkRuns
          const known = cached > 0 ? ` (${cached} from the cache)` : ''
          console.log(`${rows} rows of ${dimension} from ${clips.length} clips${known}: ${path}`)
        }
        settle(failures.length > 0 ? exitCode.someFailed : exitCode.done)
      } finally {
        await sink.discard()
        await extractor.close()
      }
    })
}

/** The metric whose recipes say how the network's frames are prepared. */
function metricOf(network: string, flags: FeatureFlags): 'fid' | 'fvd' {
  if (network !== 'inception' && network !== 'i3d')
    throw new Error(`expected the network inception or i3d; found ${network}`)
  requireUnverified(flags)
  return network === 'inception' ? 'fid' : 'fvd'
}

function openSink(
  { out, saveAs, statistics, recipe }: FeatureFlags,
  metric: 'fid' | 'fvd',
  dimension: number,
  origin: FeatureOrigin,
): FeatureSink | Promise<FeatureSink> {
  if ((out === undefined) === (saveAs === undefined))
    throw new Error(`expected either --out <file> or --save-as <name>; found ${out === undefined ? 'neither' : 'both'}`)
  if (saveAs !== undefined) {
    if (!isReferenceName(saveAs))
      throw new Error(`--save-as: expected a name of letters, digits, '_' and '-'; found '${saveAs}'`)
    return openNamedSink(saveAs, metric, recipe, dimension, origin)
  }
  return statistics ? openStatisticsSink(out!, dimension, origin) : openRowsSink(out!, dimension, origin)
}
