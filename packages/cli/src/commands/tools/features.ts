import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Shard } from '@kinemetric/benchmark'
import { saveFeatures, saveFeatureShard, type SaveFeaturesOptions } from '@kinemetric/evaluation'
import { type DistanceChoice, networkDistances, findRecipe, requireReferenceName } from '@kinemetric/metrics'
import { countOf } from '@kinemetric/files'
import { wordsOfRole } from '@kinemetric/networks/catalogue'
import { cacheOption, noCacheOption, openCache, type CacheFlags } from '../../options/cache-options.ts'
import { cliError } from '../../output/cli-error.ts'
import { either } from '../../options/either.ts'
import { framesOption } from '../../options/frames-option.ts'
import { jobsOption, providerOption, threadsOption, type NetworkFlags } from '../../options/network-options.ts'
import { requireOneOf } from '../../options/one-of.ts'
import {
  checkpointOption,
  ownCheckpoint,
  probeOption,
  unverifiedOption,
  type CheckpointFlags,
} from '../../options/own-checkpoint.ts'
import { shardOption } from '../../options/benchmark/shard-option.ts'
import { type LockFlags, takeLockOption } from '../../options/take-lock-option.ts'
import { type DefineCommand, exitCode, type Outcome } from '../../output/exit-code.ts'
import { interruptible } from '../../output/interruptible.ts'
import { wereThere } from '../../output/were-there.ts'
import { printFailures, printWarnings } from '../../output/print-failures.ts'
import { printJson } from '../../output/print-json.ts'
import { type ProgressChoice, progressOption, startProgress } from '../../output/progress.ts'
import { print } from '../../output/print.ts'
import { wholeNumber } from '../../options/whole-number.ts'
import { featuresOfTensor } from './features-of-tensor.ts'

interface FeatureFlags extends NetworkFlags, CheckpointFlags, CacheFlags, LockFlags, ProgressChoice {
  tensor?: boolean
  heads?: number
  recipe?: string
  exclude?: number[]
  statistics?: boolean
  saveAs?: string
  out?: string
  jobs?: number
  shard?: Shard
  restart?: boolean
  json?: boolean
}

/** What a network is called here: `inception` for `inception-2015-12-05`. */
const wordOf = ({ need }: (typeof networkDistances)[number]['recipes'][number]) => need.network.split('-', 1)[0]

/** Words for the networks that a distance's recipes are of. */
const wordsOf = ({ recipes }: (typeof networkDistances)[number]) => [...new Set(recipes.map(wordOf))]

/** Networks that some distance has a preprocessing for, then those that take their own input alone. */
const networkWords = [...new Set([...networkDistances.flatMap(wordsOf), ...wordsOfRole('features')])]

/** `kinemetric features <network> <videos>`: one row a clip (i3d) or a frame (inception). */
export const define: DefineCommand = (command, settle) => {
  command
    .argument('<network>', either(networkWords))
    .argument(
      '<videos>',
      "a manifest (its references), a folder of videos, of images or of a method's run, or one video; with --tensor an .npy",
    )
    .option(
      '--recipe <id>',
      'preprocessing, and what is made of tokens, as this recipe of a distance on the network has it: of fid (inception), fvd (i3d), jedi (vjepa, vjepa2)',
    )
    .addOption(checkpointOption())
    .addOption(probeOption())
    .addOption(unverifiedOption())
    .option(
      '--tensor',
      "<videos> is the network's own input, resized and normalised: an .npy of float32 [N, 3, H, W], of video networks [N, 3, T, H, W]",
    )
    .option(
      '--heads <n>',
      "with --tensor: a vision transformer's heads (default: one for every 64 numbers of its width)",
      wholeNumber(1),
    )
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
    .option(
      '--out <file>',
      '.npy: the matrix; .npz: also where it comes from, so that other recipes refuse it; a folder: <network>.npz in it',
    )
    .addOption(
      shardOption(
        'do one of N parts of the clips: their rows lie beside --out, which `kinemetric merge` makes of all of them',
      ),
    )
    .option('--restart', 'with --shard: forget what an unfinished one of other inputs did')
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
  kinemetric features i3d refs/ --out parts/refs.npz --shard 1/4    # and 2/4, 3/4, 4/4; then: kinemetric merge parts/
  kinemetric features dinov2 x.npy --tensor --checkpoint dinov2_vits14_pretrain.pth --unverified --out y.npy
  kinemetric features vjepa x.npy --tensor --recipe probe --checkpoint vith16.pth.tar --probe ssv2-probe.pth.tar --unverified --out y.npy

An interrupted extraction goes on from the cache when the same command is run again; a shard goes on from its own rows.`,
    )
    .action(async (network: string, videos: string, flags: FeatureFlags) => {
      if (flags.tensor === true) {
        const variant = flags.recipe === undefined ? undefined : recipeFor(network, flags.recipe).recipe?.need.variant
        return settle(await featuresOfTensor(network, videos, { ...flags, variant }))
      }
      const choice = await chosen(network, flags)
      settle(
        flags.shard === undefined ? await extract(videos, choice, flags) : await extractShard(videos, choice, flags),
      )
    })
}

interface Chosen extends DistanceChoice {
  place: SaveFeaturesOptions['place']
}

/** @returns the exit code */
async function extract(videos: string, { place, ...choice }: Chosen, flags: FeatureFlags): Promise<Outcome> {
  const cache = openCache(flags)
  const { clips, failures, warnings, excluded, origin, weights, rows, dimension, path } = await shown(
    flags,
    (how) => saveFeatures({ ...how, ...askOf(videos, choice, flags), place, cache }),
    cache !== undefined,
  )
  printWarnings(warnings)
  const fromCache = cache?.counters.reference.hits ?? 0
  if (flags.json) printJson({ ...origin, weights, rows, dimension, clips, failures, fromCache, out: path })
  else {
    const known = fromCache > 0 ? ` (${fromCache} from the cache)` : ''
    const left = excluded.length > 0 ? `, without the frames ${excluded.join(', ')} of each` : ''
    print(`${countOf(rows, 'row')} of ${dimension} from ${countOf(clips.length, 'clip')}${known}${left}: ${path}`)
  }
  return failures.length > 0 ? exitCode.someFailed : exitCode.done
}

/** A part of the clips, into the folder of the matrix. @returns the exit code @throws KinemetricError `bad-option` for statistics under a name */
async function extractShard(videos: string, { place, ...choice }: Chosen, flags: FeatureFlags): Promise<Outcome> {
  const { shard, restart } = flags
  if (shard === undefined || 'name' in place)
    throw cliError('bad-option', '--shard', {
      expected: '--out <file>, beside which the shards lie',
      found: '--save-as',
      then: '--statistics --out <file>.npz can be merged, and is a --reference too',
    })
  const cache = openCache(flags)
  const { warnings, ...done } = await shown(flags, (how) =>
    saveFeatureShard({ ...how, ...askOf(videos, choice, flags), place, cache, shard, restart }),
  )
  printWarnings(warnings)
  if (flags.json) printJson({ shards: [done] })
  else
    print(
      `shard ${shard.index}/${shard.count} of ${place.out}: ${countOf(done.measured, 'clip')} (${wereThere(done.resumed)}): ${done.file}`,
    )
  return done.failures.length > 0 ? exitCode.someFailed : exitCode.done
}

/** What work is told of how it is shown and ended. */
type Showing = Required<Pick<SaveFeaturesOptions, 'onProgress' | 'onFailures' | 'signal'>>

/** Work with progress that counts failures, which Ctrl-C ends in order. @param keeps whether the same command goes on from there */
async function shown<T>(flags: FeatureFlags, work: (how: Showing) => Promise<T>, keeps = true): Promise<T> {
  const progress = startProgress('features', flags)
  let failed = 0
  return interruptible(
    (signal) =>
      work({
        signal,
        onProgress: ({ done, total, clip, failure }) => {
          if (failure !== undefined) failed++
          progress.update(done, total, clip, failed)
        },
        onFailures: (all) => {
          progress.stop()
          printFailures(all)
        },
      }),
    keeps,
  ).finally(() => progress.stop())
}

function askOf(source: string, choice: DistanceChoice, flags: FeatureFlags) {
  const { exclude, takeLock, provider, threads, jobs } = flags
  const checkpoints = ownCheckpoint(findRecipe(choice.metric, choice.recipe).need.network, flags)
  return { choice, source, exclude, takeLock, provider, threads, jobs, checkpoints }
}

/**
 * The distance whose recipes say how the network's frames are prepared, and the one that is named, else its usual one where that is of this network and its first of it otherwise.
 * @throws KinemetricError `bad-option`, `unknown-recipe`
 */
function recipeFor(network: string, named: string | undefined) {
  const metric = networkDistances.find((candidate) => wordsOf(candidate).includes(network))
  if (metric === undefined) return { metric, recipe: undefined }
  const usual = findRecipe(metric)
  const own = wordOf(usual) === network ? usual : metric.recipes.find((recipe) => wordOf(recipe) === network)
  const recipe = named === undefined ? own : findRecipe(metric, named)
  if (recipe === undefined || wordOf(recipe) === network) return { metric, recipe }
  throw cliError('bad-option', `--recipe ${recipe.id}`, {
    expected: `a recipe of ${network}: ${metric.recipes
      .filter((each) => wordOf(each) === network)
      .map(({ id }) => id)
      .join(', ')}`,
    found: `one of ${recipe.need.network}`,
  })
}

/** The metric whose recipes say how the network's frames are prepared, and where rows go. @throws KinemetricError for options that do not go together */
async function chosen(
  network: string,
  { out, saveAs, statistics, recipe: named, shard, restart }: FeatureFlags,
): Promise<Chosen> {
  const { metric, recipe: found } = recipeFor(network, named)
  if (metric === undefined && networkWords.includes(network))
    throw cliError('bad-option', network, {
      expected: '--tensor, the network’s own input',
      found: 'videos, for which no recipe says how its frames are prepared',
    })
  if (metric === undefined)
    throw cliError('bad-option', 'network', {
      expected: either(networkWords),
      found: network,
    })
  const recipe = named ?? (found === findRecipe(metric) ? undefined : found?.id)
  requireOneOf({ '--out <file>': out, '--save-as <name>': saveAs })
  if (restart === true && shard === undefined)
    throw cliError('bad-option', '--restart', {
      expected: '--shard, which alone goes on from rows of its own',
      found: 'none',
    })
  if (saveAs !== undefined) requireReferenceName(saveAs)
  if (out === undefined) return { metric, recipe, place: { name: saveAs! } }
  const path = (await isFolder(out, shard !== undefined)) ? join(out, `${network}.npz`) : out
  if (statistics && !path.endsWith('.npz'))
    throw cliError('bad-option', '--statistics', { expected: '--out with a name ending in .npz', found: out })
  return { metric, recipe, place: { out: path, statistics: statistics === true } }
}

/** Whether `--out` names a folder: one that is there, or a name as a folder's; of shards any name that is none of a matrix. */
async function isFolder(out: string, ofShard: boolean): Promise<boolean> {
  if (/[/\\]$/.test(out) || (ofShard && !/\.np[yz]$/.test(out))) return true
  return (await stat(out).catch(() => undefined))?.isDirectory() === true
}
