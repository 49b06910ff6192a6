import { type ShardState, shardState, shardStates } from '@kinemetric/benchmark'
import { isThere } from '@kinemetric/files'
import { matrixPath } from './feature-shard-file.ts'
import { byMatrix, findFeatureShardFiles, readFeatureShards } from './find-feature-shards.ts'

export interface FeatureShardsStatus {
  /** Name of the file that they are merged into. */
  matrix: string
  network: string
  shards: ShardState[]
  /** Whether the matrix is there already. */
  concluded: boolean
  /** Where not all are done and all of another number are: that number, for which merging passes these over. */
  passedOverFor?: number | undefined
}

/**
 * What is done of shards of features: of every matrix and number of shards in some folders, in the order of the matrices' names. Changes nothing.
 * @throws KinemetricError `bad-shards` for folders that cannot be read, and for files that are no shards'
 */
export async function featureShardsStatus(folders: readonly string[]): Promise<FeatureShardsStatus[]> {
  const statuses: FeatureShardsStatus[] = []
  for (const ofMatrix of byMatrix(await readFeatureShards(await findFeatureShardFiles(folders), { isTrusted: true })))
    for (const [count, found] of Map.groupBy(ofMatrix, ({ file }) => file.shard.count)) {
      const [{ file }] = found
      const states = found.map(({ paths, file: { shard }, clips, records }) => {
        const failed = records.filter(({ failure }) => failure !== undefined).length
        return shardState({ shard, measured: records.length, total: clips.length, failed }, paths.lock)
      })
      const matrices = found.map((each) => isThere(matrixPath(each.folder, each.file)))
      statuses.push({
        matrix: file.context.name,
        network: file.context.rows.network,
        shards: shardStates(count, await Promise.all(states)),
        concluded: (await Promise.all(matrices)).includes(true),
      })
    }
  return statuses.map((own) => {
    const whole = statuses.find((each) => each.matrix === own.matrix && each !== own && isWhole(each))
    return whole === undefined || isWhole(own) ? own : { ...own, passedOverFor: whole.shards.length }
  })
}

function isWhole({ shards }: FeatureShardsStatus): boolean {
  return shards.every(({ state }) => state === 'done')
}
