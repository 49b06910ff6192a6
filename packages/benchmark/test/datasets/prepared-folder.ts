import { join } from 'node:path'
import { writeLossless } from '@kinemetric/video'
import { type ManifestClip, prepare, type Protocol, readManifest } from '../../src/index.ts'
import { changed, pattern, smallProtocol } from '../small-benchmark.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Folders of videos that are prepared by the `folder` adapter, below one that is removed when the test file ends. */
export async function openFolders() {
  const root = await temporaryFolder()
  const at = (...parts: string[]) => join(root, ...parts)
  let outs = 0
  return {
    at,
    video: (folder: string, name: string, frames = 14, phase = 0) =>
      writeLossless(at(folder, `${name}.mkv`), { pixels: pattern({ frames, phase }), fps: 6 }),
    /** Prepares `folder` with these options. */
    prepared: async (
      folder: string,
      options: Record<string, unknown> = {},
      protocol: Protocol | string = smallProtocol,
    ) => {
      const out = at(`out ${outs++}`)
      const result = await prepare({ adapter: 'folder', dataset: at(folder), protocol, out, options })
      const { clips } = await readManifest(result.manifest)
      const clip = (id: string) => clipOf(clips, id)
      return { ...result, ids: clips.map(({ id }) => id), clip, at: (path = '') => join(out, path) }
    },
  }
}

function clipOf(clips: readonly ManifestClip[], id: string): ManifestClip {
  const found = clips.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no ${id} in ${clips.map((each) => each.id).join(', ')}`)
  return found
}

/** The small protocol with another window. */
export const smallWindow = (changes: object): Protocol =>
  changed(smallProtocol, { window: { ...smallProtocol.identity.window, ...changes } })
