import { isError } from '@kinemetric/files'
import { padding } from '../../checkpoints/formats/write-safetensors.ts'
import { readCheckpoint } from '../../checkpoints/open-checkpoint.ts'
import { safetensorsTypes } from '../../checkpoints/tensors/data-type.ts'
import type { TensorReference } from '../../checkpoints/tensors/tensor-reference.ts'
import type { RemoteFile } from './remote-file.ts'
import { type UsedGroups, usedNames } from './used-names.ts'

/** Bytes of the server's file that go together to one place of the kept one. */
export interface PartPiece {
  readonly from: number
  readonly to: number
  readonly bytes: number
}

/** What of a file is fetched, and how it is kept: as safetensors, under the names that the whole file has. */
export interface PartPlan {
  /** Header of the kept file. */
  readonly head: Uint8Array
  /** Ascending in both files, one behind the other in the kept one. */
  readonly pieces: readonly PartPiece[]
  /** Of the kept file. */
  readonly bytes: number
}

const codes = new Map([...safetensorsTypes].map(([code, type]) => [type, code]))

/** Of a file's share beyond which it is fetched whole. */
const MOST = 0.5

/**
 * Reads a checkpoint's directory on its server and plans to fetch the used tensors alone.
 * @returns undefined where they are half of the file or more, or where the file is none whose tensors can be told one by one
 */
export async function planPart(file: RemoteFile, groups: UsedGroups): Promise<PartPlan | undefined> {
  const tensors = await usedTensors(file, groups)
  if (tensors === undefined) return undefined
  const used = tensors.reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (
    used >= MOST * file.size ||
    tensors.some(({ contiguous, negated, dtype }) => !contiguous || negated === true || !codes.has(dtype))
  )
    return undefined
  tensors.sort((a, b) => a.offset - b.offset || (a.name < b.name ? -1 : 1))
  const head = headOf(tensors)
  const pieces: PartPiece[] = []
  let to = head.length
  for (const { offset, byteLength } of tensors) {
    if (byteLength > 0) pieces.push({ from: offset, to, bytes: byteLength })
    to += byteLength
  }
  return { head, pieces, bytes: to }
}

async function usedTensors(file: RemoteFile, groups: UsedGroups): Promise<TensorReference[] | undefined> {
  try {
    const wanted = (names: readonly string[]) => usedNames(groups, names)
    // What training leaves beside its tensors is not looked at, and nothing is executed.
    const { tensors } = await readCheckpoint(file, { wanted, unknownGlobals: 'ignore' })
    const names = wanted([...tensors.keys()])
    return [...tensors.values()].filter(({ name }) => names.has(name))
  } catch (error) {
    // Another format, or a page in place of a file: the whole is fetched, and told apart as it always is.
    if (isError(error, 'input')) return undefined
    throw error
  }
}

function headOf(tensors: readonly TensorReference[]): Uint8Array {
  const header: Record<string, unknown> = {}
  let at = 0
  for (const { name, dtype, shape, byteLength } of tensors)
    header[name] = { dtype: codes.get(dtype), shape, data_offsets: [at, (at += byteLength)] }
  const json = JSON.stringify(header)
  const bytes = Buffer.from(json + ' '.repeat(padding(Buffer.byteLength(json), 8)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length))
  return Buffer.concat([length, bytes])
}
