import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode, systemReason } from '@kinemetric/files'
import { hasEnding, videoEndings } from '@kinemetric/video'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import { isSampleName, isSampleVideo, listVideos, type VideoEntry } from '../video-files.ts'
import { isStill, nameOf } from './beside.ts'
import { unusedNote } from './notes.ts'

/** A video of the folder, or one take of a scene that has several. */
export interface FolderEntry extends VideoEntry {
  /** Of a take: the name of the scene, which all its takes share. */
  scene?: string | undefined
}

/**
 * The videos of a folder, or its pictures where they are prompts. A folder of samples (`a/s0/`, `a/s1.mp4`: folders of frames, or videos) is as many takes of one
 * scene: `a-s0`, `a-s1`; with one it is the clip `a`.
 * @throws KinemetricError `bad-dataset` where there are none
 */
export async function listEntries(
  folder: string,
  prompts: boolean,
): Promise<{ entries: FolderEntry[]; notes: string[] }> {
  const unreadable = (cause: unknown) => {
    const said = {
      expected: `a readable folder of ${prompts ? 'pictures' : 'videos'}`,
      found: systemReason(cause),
      then: systemCode(cause) === 'ENOTDIR' ? 'put it into a folder of its own and name that' : undefined,
    }
    throw benchmarkError('bad-dataset', folder, said, { cause })
  }
  if (!prompts) {
    const { entries, warnings } = await listVideos(folder, new Set(), 'videos too').catch(unreadable)
    const listed = await Promise.all(Array.from(entries, takesOf))
    const notes = [...warnings, ...listed.flatMap(({ passed }) => passed)]
    if (entries.length > 0) return { entries: listed.flatMap(({ takes }) => takes), notes }
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

async function takesOf(entry: VideoEntry): Promise<{ takes: FolderEntry[]; passed: string[] }> {
  if (entry.kind !== 'samples') return { takes: [entry], passed: [] }
  const { name, path } = entry
  const inside = (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))
  const found = inside.flatMap((each) => {
    const isVideo = !each.isDirectory() && isSampleVideo(each.name)
    if (!isVideo && !(each.isDirectory() && isSampleName(each.name))) return []
    const kind = isVideo ? ('video' as const) : ('images' as const)
    return [{ take: nameOf(each.name, !isVideo), path: join(path, each.name), kind }]
  })
  const inOrder = found.sort((a, b) => Number(a.take.slice(1)) - Number(b.take.slice(1)))
  const isAlone = new Set(found.map(({ take }) => take)).size === 1
  const takes = inOrder.map(({ take, ...of }) => ({ ...of, name: isAlone ? name : `${name}-${take}`, scene: name }))
  const others = inside.filter((each) => !each.name.startsWith('.') && hasEnding(each.name, videoEndings))
  const passed = others.filter((each) => !isSampleVideo(each.name)).map((each) => `${name}/${each.name}`)
  return { takes, passed: unusedNote(passed, 'videos', 'takes of a scene are called s0, s1, …') }
}
