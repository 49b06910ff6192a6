import type { ClipFailure } from '@kinemetric/records'
import { clipOfPortable, type PortableClip } from '../datasets/source-kinds.ts'
import { type PreparedClip, prepareOne, type PrepareOneOptions } from './prepare-one.ts'

/** Opened in a process of its own: prepares one clip after the other. */
export function openPrepareWorker(
  options: Omit<PrepareOneOptions, 'signal'>,
): (clip: PortableClip) => Promise<PreparedClip | ClipFailure> {
  return async (clip) => prepareOne(await clipOfPortable(clip), options)
}
