import { saveFeatures } from '@kinemetric/evaluation'
import { type DistanceChoice, distanceCatalogue, findRecipe, requireReferenceName } from '@kinemetric/metrics'
import { cacheOption, noCacheOption, openCache, type CacheFlags } from '../../options/cache-options.ts'
import { cliError } from '../../output/cli-error.ts'
import { either } from '../../options/either.ts'
import { framesOption } from '../../options/frames-option.ts'
import { jobsOption, providerOption, threadsOption, type NetworkFlags } from '../../options/network-options.ts'
import { requireOneOf } from '../../options/one-of.ts'
import {
  checkpointOption,
  ownCheckpoint,
  unverifiedOption,
  type CheckpointFlags,
} from '../../options/own-checkpoint.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { type DefineCommand, exitCode } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { printFailures, printWarnings } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { print } from '../../output/print.ts'

interface FeatureFlags extends NetworkFlags, CheckpointFlags, CacheFlags, LockFlags, ProgressChoice {
  recipe?: string
  exclude?: number[]
  statistics?: boolean
  saveAs?: string
  out?: string
  jobs?: number
  json?: boolean
}

/** What a network is called here: `inception` for `inception-2015-12-05`. */
const wordOf = (metric: DistanceChoice['metric']) => findRecipe(metric).need.network.split('-', 1)[0]

const networkWords = [...new Set(distanceCatalogue.map(wordOf))]

/** `kinemetric features <network> <videos>`: one row a clip (i3d) or a frame (inception). */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<network>', either(networkWords))
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
    .addOption(jobsOption('work', 'the rows are'))
    .option('--out <file>', '.npy: the matrix; .npz: also where it comes from, so that other recipes refuse it')
    .addOption(takeLockOption())
    .option('--json', 'print a summary as JSON')
    .option('--quiet', 'no progress')
    .addOption(progressOption())
    .addHelpText(
      'after',
      `
Examples:
  kinemetric features i3d refs/ --out refs.npz
  kinemetric features inception refs/ --recipe clean-fid --save-as ssv2-val

An interrupted extraction goes on from the cache when the same command is run again.`,
    )
    .action(async (network: string, videos: string, flags: FeatureFlags) => {
      const choice = chosen(network, flags)
      const cache = openCache(flags)
      const progress = startProgress('features', flags)
      let failed = 0
      const { clips, failures, warnings, excluded, origin, weights, rows, dimension, path } = await interruptible(
        (signal) =>
          saveFeatures({
            choice,
            source: videos,
            place:
              flags.saveAs === undefined
                ? { out: flags.out!, statistics: flags.statistics === true }
                : { name: flags.saveAs },
            exclude: flags.exclude,
            cache,
            takeLock: flags.takeLock,
            provider: flags.provider,
            threads: flags.threads,
            jobs: flags.jobs,
            checkpoints: ownCheckpoint(findRecipe(choice.metric, choice.recipe).need.network, flags),
            onProgress: ({ done, total, clip, failure }) => {
              if (failure !== undefined) failed++
              progress.update(done, total, clip, failed)
            },
            onFailures: (all) => {
              progress.stop()
              printFailures(all)
            },
            signal,
          }),
        cache !== undefined,
      ).finally(() => progress.stop())
      printWarnings(warnings)
      const fromCache = cache?.counters.reference.hits ?? 0
      if (flags.json) printJson({ ...origin, weights, rows, dimension, clips, failures, fromCache, out: path })
      else {
        const known = fromCache > 0 ? ` (${fromCache} from the cache)` : ''
        const left = excluded.length > 0 ? `, without the frames ${excluded.join(', ')} of each` : ''
        print(`${rows} rows of ${dimension} from ${clips.length} clips${known}${left}: ${path}`)
      }
      settle(failures.length > 0 ? exitCode.someFailed : exitCode.done)
    })
}

/** The metric whose recipes say how the network's frames are prepared. @throws KinemetricError for options that do not go together */
function chosen(network: string, { out, saveAs, statistics, recipe }: FeatureFlags): DistanceChoice {
  const metric = distanceCatalogue.find((candidate) => wordOf(candidate) === network)
  if (metric === undefined) throw cliError('bad-option', 'network', { expected: either(networkWords), found: network })
  requireOneOf({ '--out <file>': out, '--save-as <name>': saveAs })
  if (saveAs !== undefined) requireReferenceName(saveAs)
  if (statistics && out !== undefined && !out.endsWith('.npz'))
    throw cliError('bad-option', '--statistics', { expected: '--out with a name ending in .npz', found: out })
  return { metric, recipe }
}
