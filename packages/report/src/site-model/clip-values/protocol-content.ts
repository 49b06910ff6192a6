import type { DataHead } from '../../data-files/container.ts'
import type { ProtocolHead } from '../../data-files/protocol-file.ts'
import type { ProtocolClips } from './protocol-clips.ts'
import type { ClipFault } from '../../data-files/curves-file.ts'
import type { ClipHashes } from './clip-hashes.ts'
import type { IntervalOf } from '../where-it-fails.ts'

/** A data file before it is packed. */
export interface DataContent {
  name: string
  head: DataHead
  bytes: Uint8Array
}

/** All that a protocol's data files are made of. */
export interface ProtocolData {
  /** What `protocol.js` says; its metrics are those of the store at `metricAt`. */
  head: ProtocolHead
  metricAt: readonly number[]
  clips: ProtocolClips
  /** By clip. */
  failures: ReadonlyMap<number, readonly ClipFault[]>
  hashes: ClipHashes
  /** Makes intervals of differences by class; absent: none are told. */
  intervalOf?: IntervalOf | undefined
}
