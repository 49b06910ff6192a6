import { constants, copyFile, link, readdir, realpath, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hashFile, isError, type KinemetricError, partialPath, publishFile, makeFolder } from '@kinemetric/files'
import { requireModel } from '../checkpoints/known-models.ts'
import { openModelFolder, readModelConfig, readOptionalConfig } from '../checkpoints/model-folder.ts'
import { openCheckpoint } from '../checkpoints/open-checkpoint.ts'
import { writing } from '../weights/transfer/connection.ts'
import { writableFolder } from '../weights/place-weight.ts'
import { weightSearchPath } from '../weights/weight-folders.ts'
import { networkError } from '../tracklets/network-error.ts'
import { generatorEntry } from './generator-catalogue.ts'
import type { GeneratorEntry } from './generator-entry.ts'
import { locateGenerator, type LocatedGenerator, type NotedFile, writeNote } from './generator-note.ts'

export interface ImportGeneratorOptions {
  readonly searchPath?: readonly string[] | undefined
  readonly folder?: string | undefined
  /** Whether a hard link will do in place of a copy. Default true. */
  readonly link?: boolean | undefined
}

/** A file and its path in the generator's folder. */
type Placed = readonly [from: string, to: string]

export interface ImportedGenerators {
  /** At least one. */
  readonly imported: readonly LocatedGenerator[]
  /** What lies beside them, looks like a generator's and was not taken, with why. */
  readonly passedOver: readonly { readonly path: string; readonly error: KinemetricError }[]
}

/**
 * Takes generators' weights that the user has into the weights folder: diffusers' folder of Stable Video Diffusion, of InterDyn or of both, the same in Hugging
 * Face's cache, all of that cache's repositories that are theirs, or CosHand's checkpoint with its yaml beside it. What they are shows from the models in them. No
 * hash of them is known, so that nothing vouches for them: what runs with them asks for `--unverified`.
 *
 * @throws KinemetricError where nothing is taken: `unknown-file` where it is none of them, `wrong-checkpoint` for another model by name; what `openModelFolder`
 * throws; `exists`; `disk-full`, `write-failed` in any case
 */
export async function importGenerators(
  path: string,
  options: ImportGeneratorOptions = {},
): Promise<ImportedGenerators> {
  const imported: LocatedGenerator[] = []
  const passedOver: { path: string; error: KinemetricError }[] = []
  for (const { at, read } of await candidatesIn(path)) {
    try {
      imported.push(await taken(await read(), options))
    } catch (error) {
      if (!isError(error) || error.kind === 'disk') throw error
      // Where it is not known which of a repository's revisions is meant, that is so of each of its parts.
      if (!passedOver.some((other) => other.error.message === error.message)) passedOver.push({ path: at, error })
    }
  }
  if (imported.length === 0) throw passedOver[0].error
  return { imported, passedOver }
}

async function taken({ entry, files }: Recognised, options: ImportGeneratorOptions): Promise<LocatedGenerator> {
  const searchPath = options.searchPath ?? weightSearchPath()
  const root = options.folder ?? (await writableFolder(searchPath))
  const folder = join(root, entry.id)
  if ((await stat(folder).catch(() => undefined)) !== undefined)
    throw networkError('exists', folder, {
      expected: `no weights of ${entry.title}`,
      found: 'some',
      then: 'move them away first',
    })
  const noted: Record<string, NotedFile> = {}
  try {
    for (const [from, to] of files) {
      await place(from, join(folder, to), options.link !== false)
      noted[to] = { bytes: (await stat(from)).size, sha256: await hashFile(join(folder, to)) }
    }
    await writeNote(folder, { id: entry.id, how: 'imported', files: noted })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  const located = await locateGenerator(entry, [root])
  if (located === undefined) throw networkError('write-failed', folder, 'was changed while it was being put in place')
  return located
}

/** Whether something that is to be imported is a generator's: a folder, or one file of a latent diffusion model, the right one or not. */
export async function isGenerator(path: string): Promise<boolean> {
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return true
  return openCheckpoint(path, { unknownGlobals: 'ignore' }).then(
    (checkpoint) => checkpoint.tensors.has('model.diffusion_model.input_blocks.0.0.weight'),
    () => false,
  )
}

interface Recognised {
  readonly entry: GeneratorEntry
  readonly files: readonly Placed[]
}

interface Candidate {
  readonly at: string
  readonly read: () => Promise<Recognised>
}

/** What may be generators' weights at a path, at least one. @throws KinemetricError `unknown-file` */
async function candidatesIn(path: string): Promise<Candidate[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true
  if (!isFolder) return [{ at: path, read: () => coshand(path) }]
  const names = (await readdir(path)).sort()
  const repositories = names.filter((name) => name.startsWith('models--')).map((name) => join(path, name))
  const candidates: Candidate[] = []
  for (const at of repositories.length > 0 ? repositories : [path]) {
    if (await has(at, 'controlnet')) candidates.push({ at, read: () => interdyn(at) })
    if (await has(at, 'unet')) candidates.push({ at, read: () => stableVideoDiffusion(at) })
  }
  if (candidates.length > 0) return candidates
  throw networkError('unknown-file', path, {
    expected: 'a folder with unet, vae and image_encoder (Stable Video Diffusion) or controlnet (InterDyn)',
    found: names.slice(0, 8).join(', ') || 'an empty folder',
  })
}

async function interdyn(path: string): Promise<Recognised> {
  return { entry: generatorEntry('interdyn-256x384'), files: await partFiles(path, 'controlnet') }
}

async function stableVideoDiffusion(path: string): Promise<Recognised> {
  const files: Placed[] = []
  for (const part of ['unet', 'vae', 'image_encoder']) files.push(...(await partFiles(path, part)))
  files.push([(await readModelConfig(path, 'scheduler')).file, 'scheduler/scheduler_config.json'])
  // Where it lies there it decides what the image encoder sees, so that a folder makes the same before and after.
  const preprocessor = await readOptionalConfig(path, 'feature_extractor')
  if (preprocessor !== undefined) files.push([preprocessor.file, 'feature_extractor/preprocessor_config.json'])
  return { entry: generatorEntry('svd-img2vid'), files }
}

/** Whether a folder, or the snapshot of the cache that it is, has a part; another failure than its absence is the part's own. */
async function has(path: string, part: string): Promise<boolean> {
  return readModelConfig(path, part).then(
    ({ folder }) => basename(folder) === part,
    (error: unknown) => !isError(error, 'input', 'missing-config'),
  )
}

/** A part's files under the names by which it is opened: in a cache they are links to what is called otherwise. */
async function partFiles(path: string, part: string): Promise<Placed[]> {
  const { folder, files } = await openModelFolder(path, part)
  const placed: Placed[] = []
  for (const name of await readdir(folder)) {
    const real = await realpath(join(folder, name)).catch(() => undefined)
    if (real !== undefined && files.includes(real)) placed.push([real, `${part}/${name}`])
    // The index names the parts, and is no file of tensors.
    else if (real !== undefined && files.length > 2 && name.includes('.safetensors.index.'))
      placed.push([real, `${part}/${name}`])
  }
  return placed
}

async function coshand(path: string): Promise<Recognised> {
  const checkpoint = await openCheckpoint(path, { unknownGlobals: 'ignore' })
  requireModel('coshand', checkpoint)
  if (!checkpoint.tensors.has('cc_projection.weight'))
    throw networkError('unknown-file', path, {
      expected: "a generator's weights (CosHand as one file)",
      found: 'another checkpoint',
    })
  const beside = (await readdir(dirname(path))).filter((name) => /\.ya?ml$/.test(name))
  const yaml =
    beside.find((name) => name === 'coshandrelease_config.yaml') ?? (beside.length === 1 ? beside[0] : undefined)
  if (yaml === undefined)
    throw networkError('missing-config', dirname(path), {
      expected: "CosHand's yaml beside the checkpoint",
      found: beside.join(', ') || 'none',
    })
  const config = await realpath(join(dirname(path), yaml))
  return {
    entry: generatorEntry('coshand'),
    files: [
      [checkpoint.path, 'coshandrelease.ckpt'],
      [config, 'coshandrelease_config.yaml'],
    ],
  }
}

async function place(from: string, to: string, mayLink: boolean): Promise<void> {
  await makeFolder(dirname(to))
  if (mayLink && (await linked(from, to))) return
  const partial = partialPath(to)
  await writing(to, async () => {
    await copyFile(from, partial, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    await publishFile(partial, to)
  }).finally(() => rm(partial, { force: true }))
}

async function linked(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    () => false,
  )
}
