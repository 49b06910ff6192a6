// The list that next and previous walk: what the list of clips showed when this clip was opened from it, else all clips in their order.
import type { ProtocolData } from '../../../../../src/data-files/protocol-file.ts'
import { type Address, listKeys, pickKeys, writeAddress } from '../../address/address.ts'
import { clipsOfAddress } from '../../clips/clip-list.ts'
import { DataError } from '../../data/load-data.ts'

export interface ClipList {
  /** Clips in the list's order. */
  readonly clips: ArrayLike<number>
  /** Whether a reader chose it. */
  readonly isChosen: boolean
  place(clip: number): { at: number; of: number; previous: number | null; next: number | null; isChosen: boolean }
  neighbour(clip: number, by: 1 | -1): number | null
}

export function listOf(clips: ArrayLike<number>, isChosen: boolean): ClipList {
  const places = new Map(Array.from(clips, (clip, at) => [clip, at]))
  const neighbour = (clip: number, by: 1 | -1) => {
    const at = places.get(clip)
    return at === undefined ? (clips[0] ?? null) : (clips[at + by] ?? null)
  }
  return {
    clips,
    isChosen,
    neighbour,
    place: (clip) => ({
      at: places.get(clip) ?? -1,
      of: clips.length,
      previous: neighbour(clip, -1),
      next: neighbour(clip, 1),
      isChosen,
    }),
  }
}

/** Keys that choose clips, or order them; a metric and two methods alone do neither. */
const choosing = ['by', 'lo', 'hi', 'cls', 'q', 'f', 'o'] as const

/** The list of an address. What could not be had of it is said. */
export async function chosenList(
  protocol: ProtocolData,
  address: Address,
): Promise<{ list: ClipList; trouble: string }> {
  const all = listOf(
    protocol.ids.map((_, at) => at),
    false,
  )
  if (!choosing.some((key) => address[key] !== undefined)) return { list: all, trouble: '' }
  try {
    const clips = await clipsOfAddress(protocol, writeAddress(pickKeys(address, listKeys)))
    return { list: listOf(clips, true), trouble: '' }
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    return { list: all, trouble: `${error.message} Next and previous walk all clips.` }
  }
}
