import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Command } from 'commander'
import { extractFeatures, FeatureRowsFile, openExtractor } from '@kinemetric/benchmark'
import {
  featureNeeds,
  FeatureStatistics,
  writeFeatureFile,
  writeStatisticsFile,
  type FeatureNeeds,
} from '@kinemetric/metrics'
import { checkpointOption, requireUnverified, unverifiedOption, type CheckpointFlags } from '../checkpoint-options.ts'
import { exitCode } from '../exit-code.ts'
import { framesOption } from '../frames-option.ts'
import { interruptible } from '../interruptible.ts'
import type { Outcome } from '../main.ts'
import { providerOption, threadsOption, type NetworkFlags } from '../network-options.ts'
import { printFailures } from '../print-failures.ts'
import { startProgress } from '../progress.ts'

interface FeatureFlags extends NetworkFlags, CheckpointFlags {
  recipe?: string
  exclude?: number[]
  statistics?: boolean
  out: string
  json?: boolean
  quiet?: boolean
}

/** `kinemetric features <network> <videos>`: one row a clip (i3d) or a frame (inception). */
export function featuresCommand(settle: (code: Outcome) => void): Command {
  return new Command('features')
    .description('Extract features: one row a clip for i3d, one a frame for inception')
    .argument('<network>', 'inception or i3d')
    .argument('<videos>', "a manifest (its references), a folder of videos or of a method's run, or one video")
    .option('--recipe <id>', 'preprocessing as this recipe of fid (inception) or fvd (i3d) has it')
    .addOption(checkpointOption())
    .addOption(unverifiedOption())
    .option(
      '--exclude <frames>',
      "leave out these frames of every clip, like 0 (a manifest's protocol says it itself)",
      framesOption,
    )
    .option('--statistics', 'write mean and covariance (.npz: mu, sigma) instead of rows')
    .addOption(providerOption())
    .addOption(threadsOption())
    .requiredOption('--out <file>', '.npy: the matrix; .npz: also where it comes from, so that other recipes refuse it')
    .option('--json', 'print a summary as JSON')
    .option('--quiet', 'no progress')
    .action(async (network: string, videos: string, flags: FeatureFlags) => {
      const needs = needsOf(network, flags)
      const { extractor, weights } = await openExtractor(needs, flags)
      const origin = {
        network: needs.network,
        preprocessing: needs.preprocessing,
        batchNormEpsilon: needs.batchNormEpsilon,
        digest: extractor.digest,
      }
      const sink = await openSink(flags, extractor.dimension, origin)
      const progress = startProgress('features', { quiet: flags.quiet })
      try {
        const { clips, failures } = await interruptible((signal) =>
          extractFeatures({
            source: videos,
            extractor,
            exclude: flags.exclude,
            onRows: (rows) => sink.add(rows),
            onProgress: ({ done, total, clip }) => progress.update(done, total, clip),
            signal,
          }),
        ).finally(() => progress.stop())
        printFailures(failures)
        if (clips.length === 0) throw new Error(`${videos}: expected at least one clip with features; every one failed`)
        const rows = await sink.finish()
        const summary = { ...origin, weights, rows, dimension: extractor.dimension, clips, failures, out: flags.out }
        if (flags.json) console.log(JSON.stringify(summary, null, 2))
        else console.log(`${rows} rows of ${extractor.dimension} from ${clips.length} clips: ${flags.out}`)
        settle(failures.length > 0 ? exitCode.someFailed : exitCode.done)
      } finally {
        await sink.discard()
        await extractor.close()
      }
    })
}

function needsOf(network: string, flags: FeatureFlags): FeatureNeeds {
  if (network !== 'inception' && network !== 'i3d')
    throw new Error(`expected the network inception or i3d; found ${network}`)
  requireUnverified(flags)
  return featureNeeds(network === 'inception' ? 'fid' : 'fvd', flags.recipe)
}

/** Where rows go while they come. */
interface Sink {
  add(rows: Float32Array): Promise<void>
  finish(): Promise<number>
  discard(): Promise<void>
}

async function openSink(
  flags: FeatureFlags,
  dimension: number,
  origin: Parameters<typeof writeFeatureFile>[2],
): Promise<Sink> {
  await mkdir(dirname(flags.out), { recursive: true })
  if (flags.statistics) return statisticsSink(flags.out, dimension, origin)
  if (flags.out.endsWith('.npz')) return archiveSink(flags.out, dimension, origin)
  return FeatureRowsFile.create(flags.out, dimension)
}

function statisticsSink(out: string, dimension: number, origin: Parameters<typeof writeFeatureFile>[2]): Sink {
  const statistics = new FeatureStatistics(dimension)
  return {
    add: (rows) => statistics.add(rows),
    finish: async () => {
      await writeStatisticsFile(out, statistics.gaussian(1), origin)
      return statistics.count
    },
    discard: () => Promise.resolve(),
  }
}

/** A zip's entries need their size first, so the rows of an .npz are held in memory; .npy is the one for large sets. */
function archiveSink(out: string, dimension: number, origin: Parameters<typeof writeFeatureFile>[2]): Sink {
  const blocks: Float32Array[] = []
  return {
    add: (rows) => Promise.resolve(void blocks.push(rows)),
    finish: async () => {
      const rows = blocks.reduce((sum, block) => sum + block.length / dimension, 0)
      const data = new Float32Array(rows * dimension)
      const clipOfRow = new Int32Array(rows)
      let at = 0
      blocks.forEach((block, clip) => {
        data.set(block, at)
        clipOfRow.fill(clip, at / dimension, (at + block.length) / dimension)
        at += block.length
      })
      await writeFeatureFile(out, { data, rows, dimension, clipOfRow }, origin)
      return rows
    },
    discard: () => Promise.resolve(),
  }
}
