import type { Protocol } from '@kinemetric/benchmark'
import { chosenReferences } from './chosen-references.ts'
import { folderReferences } from './folder-references.ts'
import { type FoundClips, generatedReferences } from './generated-references.ts'
import { manifestReferences } from './manifest-references.ts'
import type { ReferenceSet, ReferenceSource } from './reference-clips.ts'

/**
 * @param only ids of the clips that are wanted; undefined: all of them
 * @param generated what was generated, which are the clips where there are no references
 * @throws KinemetricError `bad-manifest`, `bad-dataset`, `bad-protocol`, `bad-option`.
 */
export async function openReferences(
  source: ReferenceSource,
  protocol: string | Protocol | undefined,
  only?: readonly string[],
  generated: readonly FoundClips[] = [],
): Promise<ReferenceSet> {
  if ('none' in source) return generatedReferences(generated, protocol, only)
  const all =
    'manifest' in source
      ? await manifestReferences(source.manifest, protocol)
      : await folderReferences(source.folder, protocol)
  try {
    return only === undefined ? all : chosenReferences(all, only)
  } catch (error) {
    all.clips.close()
    throw error
  }
}
