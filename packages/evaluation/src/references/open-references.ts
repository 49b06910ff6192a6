import type { Protocol } from '@kinemetric/benchmark'
import { folderReferences } from './folder-references.ts'
import { manifestReferences } from './manifest-references.ts'
import type { ReferenceSet, ReferenceSource } from './reference-clips.ts'

/** @throws KinemetricError `bad-manifest`, `bad-dataset`, `bad-protocol`, `bad-option`. */
export async function openReferences(
  source: ReferenceSource,
  protocol: string | Protocol | undefined,
): Promise<ReferenceSet> {
  return 'manifest' in source
    ? manifestReferences(source.manifest, protocol)
    : folderReferences(source.folder, protocol)
}
