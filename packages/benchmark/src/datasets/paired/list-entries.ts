import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemReason } from '@kinemetric/files'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import { listVideos, type VideoEntry } from '../video-files.ts'
import { isStill, nameOf } from './beside.ts'

/** A video of the folder, or one take of a scene that has several. */
export interface FolderEntry extends VideoEntry {
  /** Of a take: the name of the scene, which all its takes share. */
  scene?: string | undefined
}

/**
 * The videos of a folder, or its pictures where they are prompts. A folder of samples (`a/s0/`, `a/s1/`) is as many takes of one scene: `a-s0`, `a-s1`; with one
 * it is the clip `a`.
 * @throws KinemetricError `bad-dataset` where there are none
 */
export async function listEntries(
  folder: string,
  prompts: boolean,
): Promise<{ entries: FolderEntry[]; notes: string[] }> {
  const unreadable = (cause: unknown) => {
    const said = { expected: `a readable folder of ${prompts ? 'pictures' : 'videos'}`, found: systemReason(cause) }
    throw benchmarkError('bad-dataset', folder, said, { cause })
  }
  if (!prompts) {
    const { entries, warnings } = await listVideos(folder).catch(unreadable)
    if (entries.length > 0) return { entries: (await Promise.all(entries.map(takesOf))).flat(), notes: warnings }
    const found = ['none', ...warnings].join('; ')
    throw benchmarkError('bad-dataset', folder, { expected: 'videos or folders of frames', found })
  }
  const files = await readdir(folder).catch(unreadable)
  const stills = files.filter((name) => !name.startsWith('.') && isStill(name)).sort()
  if (stills.length === 0)
    throw benchmarkError('bad-dataset', folder, { expected: 'pictures, the first frames of prompts', found: 'none' })
  const entries = stills.map((name): FolderEntry => ({
    name: nameOf(name, false),
    path: join(folder, name),
    kind: 'still',
  }))
  return { entries, notes: [] }
}

async function takesOf(entry: VideoEntry): Promise<FolderEntry[]> {
  if (entry.kind !== 'samples') return [entry]
  const { name, path } = entry
  const takes = (await readdir(path)).filter((take) => /^s\d+$/.test(take))
  const inOrder = takes.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
  return inOrder.map((take) => ({
    name: inOrder.length === 1 ? name : `${name}-${take}`,
    path: join(path, take),
    kind: 'images',
    scene: name,
  }))
}
