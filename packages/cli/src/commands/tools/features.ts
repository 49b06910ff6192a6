import { Command } from 'commander'
import { extractFeatures } from '@kinemetric/evaluation'
import { type DistanceChoice, distanceCatalogue, findRecipe, requireReferenceName } from '@kinemetric/metrics'
import { openNetwork } from '@kinemetric/networks'
import { cacheOption, noCacheOption, openCache, type CacheFlags } from '../../options/cache-options.ts'
import {
  checkpointOption,
  ownCheckpoint,
  requireUnverified,
  unverifiedOption,
  type CheckpointFlags,
} from '../../options/checkpoint-options.ts'
import { exitCode } from '../../output/exit-code.ts'
import { type FeatureSink, openNamedSink, openRowsSink, openStatisticsSink } from '@kinemetric/evaluation'
import { framesOption } from '../../options/frames-option.ts'
import { interruptible } from '../../output/interruptible.ts'
import type { Outcome } from '../../main.ts'
import { providerOption, threadsOption, type NetworkFlags } from '../../options/network-options.ts'
import { printFailures } from '../../output/print-failures.ts'
import { startProgress } from '../../output/progress.ts'

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
      const choice = checkedChoice(network, flags)
      const { need } = findRecipe(choice.metric, choice.recipe)
      const { network: extractor, weights } = await openNetwork('features', need, {
        provider: flags.provider,
        threads: flags.threads,
        checkpoints: ownCheckpoint(need.network, flags),
      })
      const progress = startProgress('features', { quiet: flags.quiet })
      let sink: FeatureSink | undefined
      try {
        const opened = (sink = await openSink(flags, choice, extractor.dimension))
        const cache = openCache(flags)
        const base = {
          network: need.network,
          preprocessing: need.preprocessing,
          variant: need.variant,
          digest: extractor.digest,
        }
        const { clips, failures, written, origin } = await interruptible(async (signal) => {
          const { clips, failures, excluded } = await extractFeatures({
            source: videos,
            extractor,
            exclude: flags.exclude,
            cached: cache && { cache, side: 'reference', need, provider: flags.provider ?? 'cpu' },
            onRows: (rows) => opened.add(rows),
            onProgress: ({ done, total, clip }) => progress.update(done, total, clip),
            signal,
          })
          progress.stop()
          printFailures(failures)
          if (clips.length === 0)
            throw new Error(`${videos}: expected at least one clip with features; every one failed`)
          const found = { excluded, clips: clips.length, failed: failures.length }
          const origin = { ...base, ...found, ...(flags.checkpoint === undefined ? {} : { unverified: true }) }
          return { clips, failures, origin, written: await opened.finish(origin, signal) }
        }, cache !== undefined)
        const { rows, path } = written
        const fromCache = cache?.counters.reference.hits ?? 0
        if (flags.json) {
          const { dimension } = extractor
          const summary = { ...origin, weights, rows, dimension, clips, failures, fromCache, out: path }
          console.log(JSON.stringify(summary, null, 2))
        } else {
          const known = fromCache > 0 ? ` (${fromCache} from the cache)` : ''
          const left = origin.excluded.length > 0 ? `, without the frames ${origin.excluded.join(', ')} of each` : ''
          console.log(`${rows} rows of ${extractor.dimension} from ${clips.length} clips${known}${left}: ${path}`)
        }
        settle(failures.length > 0 ? exitCode.someFailed : exitCode.done)
      } finally {
        progress.stop()
        await sink?.discard()
        await extractor.close()
      }
    })
}

/** The metric whose recipes say how the network's frames are prepared. Throws for options that do not go together. */
function checkedChoice(network: string, flags: FeatureFlags): DistanceChoice {
  const { out, saveAs, statistics } = flags
  const metric = distanceCatalogue.find((candidate) => shortName(findRecipe(candidate).need.network) === network)
  if (metric === undefined) throw new Error(`expected the network ${networks().join(' or ')}; found ${network}`)
  requireUnverified(flags)
  if ((out === undefined) === (saveAs === undefined))
    throw new Error(`expected either --out <file> or --save-as <name>; found ${out === undefined ? 'neither' : 'both'}`)
  if (saveAs !== undefined) requireReferenceName(saveAs)
  if (statistics && out !== undefined && !out.endsWith('.npz'))
    throw new Error(`--statistics: expected --out with a name ending in .npz; found ${out}`)
  return { metric, recipe: flags.recipe }
}

/** `inception` of `inception-2015-12-05`: what the command line calls a network. */
function shortName(network: string): string {
  return network.split('-')[0]
}

function networks(): string[] {
  return [...new Set(distanceCatalogue.map((metric) => shortName(findRecipe(metric).need.network)))]
}

async function openSink(
  { out, saveAs, statistics }: FeatureFlags,
  choice: DistanceChoice,
  dimension: number,
): Promise<FeatureSink> {
  if (saveAs !== undefined) return openNamedSink(saveAs, choice, dimension)
  return statistics ? openStatisticsSink(out!, dimension) : openRowsSink(out!, dimension)
}
