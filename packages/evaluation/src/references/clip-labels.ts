import { resolve } from 'node:path'
import { labelsPath, mergeLabels, openLabels } from '@kinemetric/records'
import type { ReferenceClips } from './reference-clips.ts'

/**
 * Leaves what the references' data set says of its clips beside a protocol's records, where pages find it: a manifest is gone through a line at a time.
 * @param folder `<results>/<protocol>` @throws as `mergeLabels`; KinemetricError `bad-manifest` where the manifest was changed since it was opened
 */
export async function leaveLabels(folder: string, clips: ReferenceClips): Promise<void> {
  const { names } = clips
  await mergeLabels(labelsPath(folder), {
    ids: idsOf(clips),
    of: (clip) => {
      const index = names.indexOf(clip)
      if (index < 0) return undefined
      const { label, class: name, objectMasks } = clips.at(index)
      return { clip, label, class: name, objects: objectMasks.map(({ object }) => object) }
    },
  })
}

function idsOf({ names }: ReferenceClips): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      for (const { id } of names) yield id
    },
  }
}

/** Brings the labels that shards left beside their journals to a protocol's records. @param folders of shards @throws as `mergeLabels` */
export async function carryLabels(folders: Iterable<string>, folder: string): Promise<void> {
  const others = [...new Set([...folders].map((each) => resolve(each)))].filter((each) => each !== resolve(folder))
  for (const other of others.sort()) {
    const labels = await openLabels(labelsPath(other))
    try {
      await mergeLabels(labelsPath(folder), labels)
    } finally {
      labels.close()
    }
  }
}
