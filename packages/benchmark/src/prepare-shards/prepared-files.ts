import { constants } from 'node:fs'
import { copyFile, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isError, readJson, systemReason, writeWholeFolder, makeFolder } from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import { digestOfClipFile, filesOfClip } from '../prepare/cut/clip-files.ts'
import { preparedSchema } from '../prepare/prepare-one.ts'

/** The folder of a clip, from the manifest's. */
function folderOf({ id }: ManifestClip): string {
  return `clips/${id}`
}

/**
 * Whether a clip's files are in a folder as its line says, all of them in the clip's own folder.
 * @param root without symbolic links
 * @throws KinemetricError `bad-shards`, naming the file that is missing, is another or lies elsewhere
 */
export async function requirePrepared(root: string, clip: ManifestClip): Promise<void> {
  for (const file of filesOfClip(clip)) {
    const { path, sha256 } = file
    const place = join(root, path)
    const then = 'prepare its shard again, which makes clips again whose files are others'
    const refuse = (expected: string, found: string, cause?: unknown) =>
      benchmarkError('bad-shards', place, { expected, found, then }, cause === undefined ? {} : { cause })
    if (!path.startsWith(`${folderOf(clip)}/`))
      throw refuse(`a file of clip ${clip.id} in ${folderOf(clip)}/`, 'it elsewhere')
    if (sha256 === undefined) throw refuse('the sha256 of every file in the journal', 'none of this one')
    const found = await digestOfClipFile(root, file).catch((cause: unknown) => {
      throw refuse(
        `what the journal says of clip ${clip.id}`,
        isError(cause) ? cause.sentence : systemReason(cause),
        cause,
      )
    })
    if (found !== sha256)
      throw refuse(
        `what the journal says of clip ${clip.id} (sha256 ${sha256.slice(0, 12)}…)`,
        `another (${found.slice(0, 12)}…)`,
      )
  }
}

/**
 * Puts a clip that is prepared in one folder into another, whole or not at all; what is there already and is the same stays. Nothing is copied where the file
 * system can share the bytes.
 * @param from, to without symbolic links
 * @throws KinemetricError `bad-shards` where what was copied is not what the clip's line says; `disk-full`, `write-failed`
 */
export async function copyPrepared(from: string, to: string, clip: ManifestClip): Promise<void> {
  if (from === to) return
  const isThere = await requirePrepared(to, clip).then(
    () => true,
    () => false,
  )
  if (isThere) return
  const own = folderOf(clip)
  await writeWholeFolder(join(to, own), async (partial) => {
    for (const { path, isFolder } of filesOfClip(clip)) {
      const names = isFolder ? (await readdir(join(from, path))).map((name) => `${path}/${name}`) : [path]
      for (const name of names) await copyInto(join(from, name), join(partial, name.slice(own.length + 1)))
    }
    // By which a later preparation knows that nothing is to be made again.
    const note = join(from, own, 'clip.json')
    const known = await readJson(note, preparedSchema).catch(() => undefined)
    if (JSON.stringify(known?.clip) === JSON.stringify(clip)) await copyInto(note, join(partial, 'clip.json'))
  })
  await requirePrepared(to, clip)
}

async function copyInto(from: string, to: string): Promise<void> {
  await makeFolder(dirname(to))
  await copyFile(from, to, constants.COPYFILE_FICLONE)
}
