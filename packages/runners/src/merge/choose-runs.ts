import { isDeepStrictEqual } from 'node:util'
import { benchmarkError, chooseNumber, type ChosenNumber, shardText, wholeShards } from '@kinemetric/benchmark'
import type { RunShardFile } from '../provenance/run-shard-file.ts'
import type { FoundRunShard } from './find-run-shards.ts'
import { identityDifferences, runDifferences } from './merged-run.ts'

/**
 * The shards of a run that are all there and finished. Of shards of several numbers those of the number that is whole; of several that are, which then say the same,
 * those of the smallest. All have to be of one run, those that are passed over, too.
 * @param found at least one
 * @throws KinemetricError `bad-shards` for what keeps them from being one
 */
export function chooseRuns(found: readonly FoundRunShard[]): ChosenNumber<FoundRunShard> {
  requireAlike(found, identityDifferences, 'merge the shards of one run at a time')
  return chooseNumber(found, {
    of: found[0].file.run.method.id,
    shardOf: ({ file }) => file.shard,
    wholeOf: requireWhole,
    requireSame(chosen, others) {
      const then = 'take the shards of one of the numbers out of the folder'
      requireAlike([chosen[0], ...others], runDifferences, then)
      const known = new Map(chosen.flatMap(({ file }) => file.samples.map((each) => [placeOf(each), each.sha256])))
      for (const { path, file } of others) {
        const other = file.samples.find((each) => known.get(placeOf(each)) !== each.sha256)
        if (other === undefined) continue
        throw benchmarkError('bad-shards', path, {
          expected: `shards of ${others.length} to say what those of ${chosen.length} do`,
          found: `another ${placeOf(other)}`,
          then,
        })
      }
    },
  })
}

function placeOf({ clip, sample }: RunShardFile['samples'][number]): string {
  return `${clip}/s${sample}`
}

/** @throws KinemetricError `bad-shards`, naming in what shards differ */
function requireAlike(found: readonly FoundRunShard[], differences: typeof runDifferences, then: string): void {
  // One that was made knows with what.
  const first = found.find(({ file }) => file.run.environment !== undefined) ?? found[0]
  for (const other of found) {
    const parts = differences(first.file.run, other.file.run)
    if (parts.length > 0)
      throw benchmarkError('bad-shards', other.path, {
        expected: `the same as ${first.path}`,
        found: `other ${parts.join(', ')}`,
        then,
      })
  }
}

/** The shards of a run of one number, each once, in their order. @throws KinemetricError `bad-shards` for what keeps them from being one */
function requireWhole(found: readonly FoundRunShard[]): FoundRunShard[] {
  requireAlike(found, runDifferences, 'make those that are older again, in a folder of their own')
  const of = found[0].file.run.method.id
  const shards = wholeShards(found, { of, shardOf: ({ file }) => file.shard, oneOf })
  for (const { path, file } of shards)
    if (!file.finished)
      throw benchmarkError('bad-shards', path, {
        expected: 'a shard that was finished',
        found: 'one that was not',
        then: `run it again with --shard ${shardText(file.shard)}, which goes on`,
      })
  return shards
}

/** Of a shard that was run or copied several times, one that is finished; what two of them have is the same. */
function oneOf(same: readonly [FoundRunShard, ...FoundRunShard[]]): FoundRunShard {
  const [first, ...others] = same.toSorted((a, b) => Number(b.file.finished) - Number(a.file.finished))
  for (const other of others.filter(({ file }) => file.finished)) {
    const at = first.file.samples.findIndex((each, index) => !isDeepStrictEqual(each, other.file.samples[index]))
    if (at < 0 && first.file.samples.length === other.file.samples.length) continue
    throw benchmarkError('bad-shards', other.path, {
      expected: `${shardText(first.file.shard)} to be what it is in ${first.path}`,
      found: `another ${first.file.samples[at]?.clip ?? 'number of samples'}`,
    })
  }
  return first
}
