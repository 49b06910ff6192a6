// The chosen list of clips that next and previous walk: loaded where an address chooses one.
import { decodeIndex, type IndexHead } from '../../../../src/data-files/index-file.ts'
import type { DecodedColumn } from '../../../../src/data-files/printed-codes.ts'
import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { clipsOfAddress } from '../clips/clip-list.ts'
import type { loadData } from '../data/load-data.ts'

declare global {
  interface KinemetricParts {
    /** The clips that an address chooses, in its order. @param load the page's own: each file is loaded once @throws DataError */
    walk: typeof walkedClips
  }
}

const columns = new Map<number, DecodedColumn[]>()

function walkedClips(protocol: ProtocolData, search: string, load: typeof loadData): Promise<Uint32Array> {
  return clipsOfAddress(protocol, search, async ({ head }, metric) => {
    const column = columns.get(metric) ?? decodeIndex(await load<IndexHead>(head.metrics[metric].index))
    columns.set(metric, column)
    return column
  })
}

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, walk: walkedClips }
