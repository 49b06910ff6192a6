import { constants } from 'node:fs'
import { copyFile, link, lstat, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { benchmarkError, shardText } from '@kinemetric/benchmark'
import { writeError, writeWholeFolder, makeFolder } from '@kinemetric/files'
import { sampleFolder } from '@kinemetric/records'
import { digestOf, filesIn, sampleFiles } from '../provenance/sample-digest.ts'
import type { ShardSample } from '../provenance/run-shard-file.ts'
import type { FoundRunShard } from './find-run-shards.ts'

/** Holds the samples that are there against what a shard's file says of them. @throws KinemetricError `bad-shards` for one that is missing, or another one */
export async function requireSamples(
  { folder, path, file: { shard, samples } }: FoundRunShard,
  onSample: () => void,
): Promise<void> {
  for (const { clip, sample, sha256 } of samples) {
    const files = await sampleFiles(folder, clip, sample)
    const found = files === undefined ? null : digestOf(files)
    onSample()
    if (found === sha256) continue
    throw benchmarkError('bad-shards', path, {
      expected: `${clip}/s${sample} as shard ${shardText(shard)} made it (${hashWords(sha256 ?? null)})`,
      found: hashWords(found),
      then: `run it again with --shard ${shardText(shard)}`,
    })
  }
}

function hashWords(sha256: string | null): string {
  return sha256 === null ? 'no folder of its own' : `sha256 ${sha256.slice(0, 8)}…`
}

/**
 * Brings the samples of a shard into another folder, each whole or not at all: hard links where the disk has them and is the same, else copies, which share their
 * blocks where the disk can. What was brought before stays. Every file that was copied is read again.
 * @returns how many samples were not there yet
 * @throws KinemetricError `bad-shards` for a sample there that is another one (unless it may be replaced), and for a copy that is not what was copied
 */
export async function bringSamples(
  { folder, path, file: { samples } }: FoundRunShard,
  out: string,
  overwrite: boolean,
  onSample: () => void,
): Promise<number> {
  if ((await realpath(folder)) === (await realpath(out))) return 0
  let brought = 0
  for (const each of samples) {
    onSample()
    if (each.sha256 === null) continue
    const there = await sampleFiles(out, each.clip, each.sample)
    if (there !== undefined && digestOf(there) === each.sha256) continue
    if (there !== undefined && !overwrite)
      throw benchmarkError('bad-shards', join(out, each.clip), {
        expected: `nothing, or s${each.sample} as ${path} has it`,
        found: 'another one',
        then: 'choose another --out, or replace it with --overwrite',
      })
    await requireOwnFolder(out, each)
    await bring(folder, out, each)
    brought++
  }
  return brought
}

/** A link in the place of a clip would lead the samples elsewhere. */
async function requireOwnFolder(out: string, { clip }: ShardSample): Promise<void> {
  const info = await lstat(join(out, clip)).catch(() => undefined)
  if (info === undefined || info.isDirectory()) return
  throw benchmarkError('bad-shards', join(out, clip), { expected: 'a folder, or nothing', found: 'something else' })
}

async function bring(folder: string, out: string, { clip, sample, sha256 }: ShardSample): Promise<void> {
  const from = sampleFolder(folder, clip, sample)
  const to = sampleFolder(out, clip, sample)
  await writeWholeFolder(to, async (partial) => {
    let isCopy = false
    for (const { path } of (await sampleFiles(folder, clip, sample)) ?? [])
      if (!(await linkOrCopy(join(from, path), join(partial, path)))) isCopy = true
    // A link is the file itself, which was read before.
    const found = isCopy ? digestOf(await filesIn(partial)) : sha256
    if (found === sha256) return
    throw benchmarkError('bad-shards', to, {
      expected: `what is in ${from} (${hashWords(sha256 ?? null)})`,
      found: hashWords(found ?? null),
    })
  })
}

/** @returns whether it is the same file @throws KinemetricError `disk-full`, `write-failed` */
async function linkOrCopy(from: string, to: string): Promise<boolean> {
  try {
    await makeFolder(dirname(to))
    // Of another disk, or one without links, whatever its words for that are.
    if (await isDone(link(from, to))) return true
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    return false
  } catch (cause) {
    throw writeError(to, cause)
  }
}

function isDone(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
