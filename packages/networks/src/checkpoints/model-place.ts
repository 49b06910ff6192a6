import type { Dirent } from 'node:fs'
import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { leadsToFolder, readTextFile, systemReason } from '@kinemetric/files'
import { networkError } from '../tracklets/network-error.ts'

/** Where a model's files lie. */
export interface ModelPlace {
  /** Real path of the folder with the model's own files. */
  readonly folder: string
  /** Folders that links in it may lead into; undefined: anywhere, as the user named the folder. */
  readonly roots: readonly string[] | undefined
}

/**
 * Finds a model's own folder in what people have: that folder itself, diffusers' folder with one below it for each model, the same in Hugging
 * Face's cache (`models--<organisation>--<name>/snapshots/<revision>`, of several revisions the one that `refs/main` names), or the cache as a
 * whole where one of its repositories has that model. Links in a cache lead into its `blobs`, and nowhere else.
 *
 * @param name the model's folder below (`unet`, `vae`, …); undefined: the folder itself
 * @throws KinemetricError `not-a-model-folder`
 */
export async function findModelPlace(folder: string, name: string | undefined): Promise<ModelPlace> {
  const real = await realpath(folder).catch((cause: unknown) => {
    throw networkError('not-a-model-folder', folder, { expected: 'a folder with a model', found: systemReason(cause) })
  })
  const root = await rootOf(real, name)
  const below = name === undefined ? undefined : await folderIn(root, name)
  const place = below ?? root
  const cache = await cacheOf(root)
  return { folder: place, roots: cache === undefined ? undefined : [cache] }
}

/** The folder that holds the models: the one given, or the snapshot in it. */
async function rootOf(folder: string, name: string | undefined): Promise<string> {
  const entries = await entriesOf(folder)
  if (entries.some((entry) => entry.name === 'snapshots')) return snapshotOf(folder)
  const repositories = entries.filter((entry) => entry.name.startsWith('models--') && entry.isDirectory())
  if (repositories.length === 0) return folder
  const holding: string[] = []
  for (const repository of repositories) {
    const snapshot = await snapshotOf(join(folder, repository.name)).catch(() => undefined)
    if (snapshot !== undefined && (name === undefined || (await folderIn(snapshot, name)) !== undefined))
      holding.push(snapshot)
  }
  if (holding.length === 1) return holding[0]
  const found = holding.map((snapshot) => basename(dirname(dirname(snapshot)))).join(', ')
  throw networkError('not-a-model-folder', folder, {
    expected: `one repository in this cache${name === undefined ? '' : ` with ${name}`}`,
    found: found || `none (${repositories.map((repository) => repository.name).join(', ')})`,
    then: 'name its folder, models--<organisation>--<name>',
  })
}

/** The revision of a repository in the cache that is meant: the one that `refs/main` names, or the only one. */
async function snapshotOf(repository: string): Promise<string> {
  const snapshots = join(repository, 'snapshots')
  const revisions = (await entriesOf(snapshots)).filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const main = await readTextFile(join(repository, 'refs', 'main'), { maxBytes: 1024, roots: [repository] }).then(
    (text) => text.trim(),
    () => undefined,
  )
  const revision =
    revisions.find((candidate) => candidate === main) ?? (revisions.length === 1 ? revisions[0] : undefined)
  if (revision !== undefined) return join(snapshots, revision)
  throw networkError('not-a-model-folder', repository, {
    expected: 'one revision in snapshots, or the one that refs/main names',
    found: revisions.join(', ') || 'none',
    then: 'name the folder of the revision that you mean',
  })
}

/** The repository's folder in Hugging Face's cache that a folder is a snapshot of, or lies in one of. */
async function cacheOf(folder: string): Promise<string | undefined> {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    const parent = dirname(at)
    if (basename(parent) !== 'snapshots') continue
    const names = (await entriesOf(dirname(parent))).map((entry) => entry.name)
    if (names.includes('blobs') || basename(dirname(parent)).startsWith('models--')) return dirname(parent)
  }
  return undefined
}

async function folderIn(parent: string, name: string): Promise<string | undefined> {
  const entry = (await entriesOf(parent)).find((candidate) => candidate.name === name)
  return entry !== undefined && (await leadsToFolder(parent, entry)) ? realpath(join(parent, name)) : undefined
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => [])
}
