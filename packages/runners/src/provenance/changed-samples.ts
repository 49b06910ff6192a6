import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Shard, shardFiles, shardPaths } from '@kinemetric/benchmark'
import { sampleFolder } from '@kinemetric/records'
import { readRunShard, runName } from './run-shard-file.ts'
import { digestOf, sampleFiles } from './sample-digest.ts'
import type { SampleThere } from './samples-there.ts'

/**
 * What is known of the samples of a shard from before: the sha256 by which somebody vouched for them. Of a shard that was begun that is what its own file says; else
 * what finished shards of other numbers say, which may have made its clips.
 * @returns by `placeOf` a sample
 * @throws KinemetricError `bad-shards` for a file of a shard that is none
 */
export async function vouchedFor(out: string, shard: Shard): Promise<Map<string, string>> {
  const { file } = shardPaths(out, runName, shard)
  const names = await shardFiles(out, runName)
  const said = new Map<string, string>()
  for (const name of names.includes(basename(file)) ? [basename(file)] : names) {
    const { finished, samples } = await readRunShard(join(out, name))
    for (const { clip, sample, status, sha256 } of samples)
      // One that is not finished has what it took over, and nothing of what it made itself.
      if ((status === 'ok' || !finished) && typeof sha256 === 'string') said.set(placeOf({ clip, sample }), sha256)
  }
  return said
}

/**
 * Of samples that are there, those whose files are no more what was vouched for: a copy that was cut off, a disk that lost something. `merge` refuses them and sends
 * whoever made them back to the shard, which would vouch for them otherwise.
 */
export async function changedSamples(
  out: string,
  there: readonly SampleThere[],
  vouched: ReadonlyMap<string, string>,
): Promise<SampleThere[]> {
  const changed: SampleThere[] = []
  for (const each of there) {
    const before = vouched.get(placeOf(each))
    if (before === undefined) continue
    const files = await sampleFiles(out, each.clip, each.sample)
    // A folder behind a link is nobody's to take away.
    if (files !== undefined && digestOf(files) !== before) changed.push(each)
  }
  return changed
}

/**
 * Of samples that say that they are complete, those of which frames are gone or empty: all that is known of a sample for which nobody vouched.
 * @param frames of each clip, by its name; samples of other clips are let be
 */
export async function lackingSamples(
  out: string,
  there: readonly SampleThere[],
  frames: ReadonlyMap<string, number>,
): Promise<SampleThere[]> {
  const lacking: SampleThere[] = []
  const root = await realpath(out)
  for (const each of there) {
    const count = frames.get(each.clip)
    if (count === undefined || each.item?.status !== 'ok') continue
    const folder = sampleFolder(root, each.clip, each.sample)
    // Behind a link it is nobody's to take away.
    if ((await realpath(folder)) === folder && (await framesIn(folder)) < count) lacking.push(each)
  }
  return lacking
}

async function framesIn(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => /^frame_\d{4,}\.png$/.test(name))
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.filter((size) => size > 0).length
}

/** Where a sample lies, for maps. */
export function placeOf({ clip, sample }: Pick<SampleThere, 'clip' | 'sample'>): string {
  return `${clip}/s${sample}`
}
