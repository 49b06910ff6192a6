import type { Protocol } from '@kinemetric/benchmark'
import type { FoundClips } from '../references/generated-references.ts'
import { openReferences } from '../references/open-references.ts'
import type { ReferenceSet, ReferenceSource } from '../references/reference-clips.ts'
import { clipNamesIn } from './generated-samples.ts'

/** Which clips are asked for, and where what they are held against lies. */
export interface AskedReferences {
  /** Absent: nowhere. */
  reference?: ReferenceSource | undefined
  protocol?: string | Protocol | undefined
  clips?: readonly string[] | undefined
}

/**
 * The references of generated clips; where there are none, the clips are those that lie in the folders.
 * @throws as `openReferences`; KinemetricError `bad-generated`
 */
export async function referencesOf(
  { reference = { none: true }, protocol, clips }: AskedReferences,
  folders: readonly string[],
): Promise<ReferenceSet> {
  const found: FoundClips[] = []
  if ('none' in reference) for (const folder of folders) found.push({ folder, names: await clipNamesIn(folder) })
  return openReferences(reference, protocol, clips, found)
}
