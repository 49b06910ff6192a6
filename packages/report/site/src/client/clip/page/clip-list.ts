// The list that next and previous walk: what the list of clips showed when this clip was opened from it, else all clips in their order.
import type { ProtocolData } from '../../../../../src/data-files/protocol-file.ts'
import { type Address, listKeys, pickKeys, writeAddress } from '../../address/address.ts'
import { DataError, loadData } from '../../data/load-data.ts'
import { askedPart } from '../../page/asked-part.ts'
import { type ClipList, listOf } from './walked-list.ts'

/** Keys that choose clips, or order them; a metric and two methods alone do neither. */
const choosing = ['by', 'lo', 'hi', 'cls', 'q', 'f', 'o'] as const

/** Whether an address chooses a list of clips. */
export function choosesList(address: Address): boolean {
  return choosing.some((key) => address[key] !== undefined)
}

/** The list of an address. What could not be had of it is said. */
export async function chosenList(
  protocol: ProtocolData,
  address: Address,
): Promise<{ list: ClipList; trouble: string }> {
  const all = listOf(
    protocol.ids.map((_, at) => at),
    false,
  )
  if (!choosesList(address)) return { list: all, trouble: '' }
  try {
    const walkedClips = await askedPart('walk')
    const clips = await walkedClips(protocol, writeAddress(pickKeys(address, listKeys)), loadData)
    return { list: listOf(clips, true), trouble: '' }
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    return { list: all, trouble: `${error.message} Next and previous walk all clips.` }
  }
}
