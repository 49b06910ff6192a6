import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  benchmarkError,
  chooseNumber,
  type ChosenNumber,
  requireNoGap,
  passedOverText,
  shardEnding,
  shardIndex,
  shardText,
  someOf,
  wholeShards,
} from '@kinemetric/benchmark'
import { countOf, isThere } from '@kinemetric/files'
import type { WeightUse } from '@kinemetric/networks'
import type { ExtractClips } from '../extract-features.ts'
import { writeFeatures, type WrittenFeatures } from '../write-features.ts'
import { featuresOf } from './carried-rows.ts'
import {
  contextDifferences,
  type FeatureShardContext,
  featureShardSchema,
  identityDifferences,
} from './feature-shard-file.ts'
import { byMatrix, findFeatureShardFiles, type FoundFeatureShard, readFeatureShards } from './find-feature-shards.ts'
import { withOpenFiles } from './open-files.ts'

export interface MergeFeaturesOptions {
  /** Folders with shards, in any order, or one that several were copied into. */
  folders: readonly string[]
  /** Folder of the matrices, or the file of the only one (.npy, .npz). */
  out: string
  /** Replace what is there. */
  overwrite?: boolean | undefined
  takeLock?: boolean | undefined
  onWarning?: ((message: string) => void) | undefined
}

/** A matrix that was made of shards, and what it was made with. */
export interface MergedFeatures extends WrittenFeatures {
  weights: WeightUse[]
}

/**
 * Looks at all shards of features and writes nothing yet: the rows of each are held against their checksums. What concludes them opens no network and reads no
 * video, and writes what the same command writes unsharded, byte for byte.
 * @returns what concludes them, a matrix after the other in the order of their names
 * @throws KinemetricError `bad-shards` for no shards, a gap, shards of several numbers none of which is whole, of different sources, versions, weights or recipes, rows that were cut or damaged,
 * and a shard that was extracted twice with different rows, named; `bad-option`, `record-exists`
 */
export async function planFeatureMerge(options: MergeFeaturesOptions): Promise<() => Promise<MergedFeatures[]>> {
  const files = await findFeatureShardFiles(options.folders)
  if (files.length === 0)
    throw benchmarkError('bad-shards', options.folders.join(', '), {
      expected: `shards of features (*${shardEnding} of ${featureShardSchema})`,
      found: 'none',
    })
  const matrices = byMatrix(files)
  const outs = await Promise.all(matrices.map(([{ file }]) => outOf(file.context, matrices.length, options.out)))
  // What is seen at once comes before all rows are read.
  for (const out of outs)
    if (options.overwrite !== true && (await isThere(out)))
      throw benchmarkError('record-exists', out, 'is already there and is not overwritten unless asked')
  for (const [first, ...others] of matrices)
    requireNoGap([first, ...others], { of: first.file.context.name, shardOf: ({ file }) => file.shard })
  const sets = byMatrix(await readFeatureShards(files)).map(choose)
  return async () => {
    const merged: MergedFeatures[] = []
    for (const [place, { shards, passedOver }] of sets.entries()) {
      const [{ file }] = shards
      if (passedOver.length > 0)
        options.onWarning?.(`${file.context.name}: ${passedOverText(file.shard.count, passedOver)}`)
      merged.push(await conclude(shards, outs[place], options))
    }
    return merged
  }
}

/** Where a matrix goes. @throws KinemetricError `bad-option` for one file of several matrices, and for rows where statistics are wanted */
async function outOf({ name, statistics }: FeatureShardContext, matrices: number, out: string): Promise<string> {
  const isFolder = await stat(out).then(
    (info) => info.isDirectory(),
    () => !/\.np[yz]$/.test(out),
  )
  if (isFolder) return join(out, name)
  if (matrices > 1)
    throw benchmarkError('bad-option', 'out', { expected: `a folder for ${matrices} matrices`, found: out })
  if (statistics && !out.endsWith('.npz'))
    throw benchmarkError('bad-option', 'out', { expected: 'a name ending in .npz for statistics', found: out })
  return out
}

async function conclude(
  shards: readonly FoundFeatureShard[],
  out: string,
  { takeLock }: MergeFeaturesOptions,
): Promise<MergedFeatures> {
  const { context } = shards[0].file
  const { statistics, clips, failures, rows } = context
  return withOpenFiles(async (opened) => {
    const next = shards.map(() => 0)
    const extract: ExtractClips<{ id: string }> = async (wanted, take) => {
      for (const [index, { id }] of wanted.entries()) {
        const place = shardIndex(id, shards.length) - 1
        const { paths, records } = shards[place]
        await take(await featuresOf({ path: paths.rows, record: records[next[place]++] }, opened), index)
      }
    }
    const written = await writeFeatures({
      place: { out, statistics },
      source: { clips: clips.map((id) => ({ id })), exclude: rows.excluded, failures },
      title: context.name,
      extract,
      network: rows,
      takeLock,
    })
    return { ...written, weights: rows.weights }
  })
}

/** The shards of a matrix that are all there and whole. @throws KinemetricError `bad-shards` for what keeps them from being one */
function choose(found: readonly FoundFeatureShard[]): ChosenNumber<FoundFeatureShard> {
  return chooseNumber(found, {
    of: found[0].file.context.name,
    shardOf: ({ file }) => file.shard,
    wholeOf,
    requireSame(chosen, others) {
      requireAlike(chosen[0], others[0], 'take the shards of one of the numbers out of the folder')
      const known = new Map(chosen.flatMap(({ records }) => records.map(({ clip, sha256 }) => [clip, sha256])))
      for (const { paths, records } of others)
        for (const { clip, sha256 } of records)
          if (known.get(clip) !== sha256) throw otherRows(paths.rows, chosen[0], clip)
    },
  })
}

/** Of shards of one number. */
function wholeOf(found: readonly FoundFeatureShard[]): FoundFeatureShard[] {
  const [first] = found
  for (const other of found) requireAlike(first, other, againOf(first, other))
  const shards = wholeShards(found, { of: first.file.context.name, shardOf: ({ file }) => file.shard, oneOf })
  for (const each of shards) requireExtracted(each)
  return shards
}

/** Rows of another identity cannot be gone on with. */
function againOf(first: FoundFeatureShard, other: FoundFeatureShard): string {
  const isOther = identityDifferences(other.file.context.rows, first.file.context.rows).length > 0
  return `run features --shard of those that are older again${isOther ? ' with --restart' : ', which goes on'}`
}

function requireAlike(first: FoundFeatureShard, other: FoundFeatureShard, then: string): void {
  if (other.file.context === first.file.context) return
  const parts = contextDifferences(other.file.context, first.file.context)
  if (parts.length === 0) return
  throw benchmarkError('bad-shards', other.paths.file, {
    expected: `the same as ${first.paths.file}`,
    found: `other ${parts.join(', ')}`,
    then,
  })
}

/** Of the same shard extracted or copied several times, the one that has most; what two of them have is the same. */
function oneOf(same: readonly [FoundFeatureShard, ...FoundFeatureShard[]]): FoundFeatureShard {
  const [most] = same.toSorted((a, b) => b.records.length - a.records.length)
  for (const other of same)
    for (const [place, { clip, sha256 }] of other.records.entries())
      if (sha256 !== most.records[place].sha256) throw otherRows(other.paths.rows, most, clip)
  return most
}

function otherRows(where: string, { paths, file }: FoundFeatureShard, clip: string) {
  return benchmarkError('bad-shards', where, {
    expected: `${shardText(file.shard)} to be what it is in ${paths.rows}`,
    found: `other rows of ${clip}`,
  })
}

function requireExtracted({ paths, file: { shard, context }, clips, records }: FoundFeatureShard): void {
  if (records.length === clips.length) return
  throw benchmarkError('bad-shards', paths.rows, {
    expected: `whole rows of ${countOf(clips.length, 'clip')} of ${context.name} in shard ${shardText(shard)}`,
    found: `${records.length}: ${someOf(clips.slice(records.length))} missing, cut off or damaged`,
    then: `run features --shard ${shardText(shard)} again, which goes on`,
  })
}
