import type { DecodedColumn } from '../../../../src/data-files/printed-codes.ts'
import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { AddressReader } from '../address/read-values.ts'
import { type ListChoice, readChoice } from './list-choice.ts'
import { type ClipSource, type PickedClips, pickClips } from './pick-clips.ts'

/** Loads a metric's values of all methods and clips. @throws DataError */
export type ColumnLoader = (protocol: ProtocolData, metric: number) => Promise<DecodedColumn[]>

let texts: { of: ProtocolData; lower: string[] } | undefined

/** Loads the columns that a choice needs. @throws DataError */
async function sourceOf(protocol: ProtocolData, choice: ListChoice, load: ColumnLoader): Promise<ClipSource> {
  const { head, classOf } = protocol
  const { better, decimals } = head.metrics[choice.metric]
  const [columns, ...ranges] = await Promise.all([
    load(protocol, choice.metric),
    ...choice.ranges.map(async ({ metric, method }): Promise<DecodedColumn> => {
      return (await load(protocol, metric))[method]
    }),
  ])
  return { clips: head.clips, classOf, texts: lowerTexts(protocol), columns, better, decimals, ranges }
}

/** Picks the clips of a choice. @throws DataError */
export async function pick(protocol: ProtocolData, choice: ListChoice, load: ColumnLoader): Promise<PickedClips> {
  return pickClips(await sourceOf(protocol, choice, load), choice, protocol.classes.length)
}

/** The clips that an address chooses, in its order: what next and previous walk through. @throws DataError */
export async function clipsOfAddress(protocol: ProtocolData, search: string, load: ColumnLoader): Promise<Uint32Array> {
  if (protocol.head.metrics.length === 0) return Uint32Array.from(protocol.ids.keys())
  return (await pick(protocol, readChoice(protocol, new AddressReader(search)), load)).rows
}

/** What is searched, once a page. */
export function lowerTexts(protocol: ProtocolData): string[] {
  if (texts?.of !== protocol) {
    const { ids, labels, objects, classes, classOf } = protocol
    const said = (clip: number) => [ids[clip], labels[clip], classes[classOf[clip]] ?? '', objects[clip] ?? '']
    const lower = ids.map((_, clip) => said(clip).join(' ').toLowerCase())
    texts = { of: protocol, lower }
  }
  return texts.lower
}
