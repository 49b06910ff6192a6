import { join } from 'node:path'
import { shardFiles } from '@kinemetric/benchmark'
import { readRunShard, runName } from './run-shard-file.ts'
import { digestOf, sampleFiles } from './sample-digest.ts'
import type { SampleThere } from './samples-there.ts'

/**
 * Of samples that are there, those whose files are no more what a finished shard said of them: a copy that was cut off, a disk that lost something. `merge` refuses
 * them and sends whoever made them back to the shard, which would vouch for them otherwise.
 * @throws KinemetricError `bad-shards` for a file of a shard that is none
 */
export async function changedSamples(out: string, there: readonly SampleThere[]): Promise<SampleThere[]> {
  const said = new Map<string, string>()
  for (const name of await shardFiles(out, runName)) {
    const { finished, samples } = await readRunShard(join(out, name))
    if (!finished) continue
    for (const { clip, sample, status, sha256 } of samples)
      if (status === 'ok' && typeof sha256 === 'string') said.set(placeOf({ clip, sample }), sha256)
  }
  const changed: SampleThere[] = []
  for (const each of there) {
    const before = said.get(placeOf(each))
    if (before === undefined) continue
    const files = await sampleFiles(out, each.clip, each.sample)
    // A folder behind a link is nobody's to take away.
    if (files !== undefined && digestOf(files) !== before) changed.push(each)
  }
  return changed
}

function placeOf({ clip, sample }: Pick<SampleThere, 'clip' | 'sample'>): string {
  return `${clip}/s${sample}`
}
