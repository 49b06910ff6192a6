import { cutVideo, findProtocol, folder as folderAdapter, type Protocol, readDataset } from '@kinemetric/benchmark'
import { hashBytes } from '@kinemetric/files'
import type { ClipFailure } from '@kinemetric/records'
import { ClipNames } from './clip-names.ts'
import { contentStamp } from './content-stamp.ts'
import type { ReferenceClip, ReferenceClips, ReferenceSet } from './reference-clips.ts'

/** References of a folder of videos, cut as the protocol says. @throws KinemetricError `bad-dataset`, `bad-protocol` */
export async function folderReferences(path: string, asked: string | Protocol | undefined): Promise<ReferenceSet> {
  const protocol = typeof asked === 'object' ? asked : findProtocol(asked ?? 'as-is')
  const clips: ReferenceClip[] = []
  const failures: ClipFailure[] = []
  const { items, notes } = await readDataset(folderAdapter, path, {}, { protocol, plan: false })
  for (const item of items) {
    if ('problem' in item) failures.push({ clip: item.id, reason: 'duplicate-reference', message: item.problem })
    else if (item.video !== undefined) {
      const { video } = item
      clips.push({
        id: item.id,
        fps: protocol.identity.window.fps,
        read: async (signal, onWarning) => {
          const { frames, fps, warnings } = await cutVideo(video, protocol.identity, {}, signal)
          for (const warning of warnings) onWarning?.(warning)
          return { pixels: frames, fps }
        },
        stamp: async () => ` ${await contentStamp(video.files[0]).catch(String)}`,
        objectMasks: [],
      })
    }
  }
  return {
    protocol,
    clips: new ListedReferences(clips),
    failures,
    warnings: notes,
    manifest: null,
    digest: hashBytes(clips.map(({ id }) => id).join('\n')),
  }
}

class ListedReferences implements ReferenceClips {
  readonly names: ClipNames
  readonly #clips: readonly ReferenceClip[]

  constructor(clips: readonly ReferenceClip[]) {
    this.names = ClipNames.of(clips)
    this.#clips = clips
  }

  get length(): number {
    return this.#clips.length
  }

  at(index: number): ReferenceClip {
    return this.#clips[index]
  }

  hasProbe(index: number): boolean {
    return this.#clips[index].probe !== undefined
  }

  close(): void {
    // Nothing is open between two clips.
  }
}
