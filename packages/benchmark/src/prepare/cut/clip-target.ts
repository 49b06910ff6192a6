import type { OnWarning } from '@kinemetric/video'
import type { ProtocolIdentity } from '../../protocol/protocol.ts'

/** Where and how one clip is prepared. */
export interface ClipTarget {
  dataset: string
  protocol: ProtocolIdentity
  /** The clip's own folder, empty before; `relative` is its path from the manifest. */
  folder: string
  relative: string
  sourceSha256: string | undefined
  signal?: AbortSignal | undefined
  /** Told of what decoding found odd; not where an earlier preparation is kept. */
  onWarning?: OnWarning | undefined
}
