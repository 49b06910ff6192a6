import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  fileError,
  hashFile,
  hashFolder,
  isError,
  liesInside,
  readJson,
  systemReason,
  writeWholeFolder,
} from '@kinemetric/files'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { ManifestClip } from '../manifest/manifest-clip.ts'
import { preparedSchema } from '../prepare/prepare-one.ts'

/** A file that a clip of a manifest names, or a folder of frames. */
interface Entry {
  path: string
  sha256: string | undefined
  isFolder: boolean
}

function entriesOf({ reference, image, control, pairs = [], objectMasks = [], assets = {} }: ManifestClip): Entry[] {
  const folders = [...(control === undefined ? [] : [control]), ...pairs.map((pair) => pair.control)]
  const files = [reference, image, ...pairs.map((pair) => pair.reference), ...objectMasks, ...Object.values(assets)]
  return [
    ...folders.map(({ dir, sha256 }) => ({ path: dir, sha256, isFolder: true })),
    ...files.flatMap((file) => (file === undefined ? [] : [{ path: file.path, sha256: file.sha256, isFolder: false }])),
  ]
}

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
  for (const { path, sha256, isFolder } of entriesOf(clip)) {
    const place = join(root, path)
    // A clip is kept by its own note, whatever became of its other files.
    const then = `remove ${folderOf(clip)} and prepare its shard again`
    const refuse = (expected: string, found: string, cause?: unknown) =>
      benchmarkError('bad-shards', place, { expected, found, then }, cause === undefined ? {} : { cause })
    if (!path.startsWith(`${folderOf(clip)}/`))
      throw refuse(`a file of clip ${clip.id} in ${folderOf(clip)}/`, 'it elsewhere')
    if (sha256 === undefined) throw refuse('the sha256 of every file in the journal', 'none of this one')
    const found = await digestOf(root, path, isFolder).catch((cause: unknown) => {
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

async function digestOf(root: string, path: string, isFolder: boolean): Promise<string> {
  const place = await placeIn(root, path)
  if (!isFolder) return hashFile(place)
  const names = await readdir(place)
  for (const name of names) await placeIn(root, `${path}/${name}`)
  return hashFolder(place, names)
}

/** Where a file really lies. @throws KinemetricError `outside` for a link that leads out of the folder; the system's error */
async function placeIn(root: string, path: string): Promise<string> {
  const place = await realpath(join(root, path))
  if (liesInside(root, place)) return place
  throw fileError('outside', join(root, path), { expected: `a file inside ${root}`, found: `a link to ${place}` })
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
    for (const { path, isFolder } of entriesOf(clip)) {
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
  await mkdir(dirname(to), { recursive: true })
  await copyFile(from, to, constants.COPYFILE_FICLONE)
}
