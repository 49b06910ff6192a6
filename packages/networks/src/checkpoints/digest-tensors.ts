import { createHash } from 'node:crypto'
import { type OpenFile, openRegularFile } from '@kinemetric/files'
import { fillBytes } from './tensors/read-bytes.ts'
import { readTensorBytes } from './read-tensor.ts'
import type { Checkpoint } from './tensors/tensor-reference.ts'
import { networkError } from '../tracklets/network-error.ts'

const chunkBytes = 4 * 1024 * 1024

/**
 * A digest of what a network computes with, whatever file holds it: SHA-256 (hex) over the tensors sorted by name
 * (by UTF-16 code units), each as `name NUL dtype NUL shape joined by "x" NUL` followed by its row-major
 * little-endian bytes.
 *
 * @param names by default all of them.
 * @throws KinemetricError `wrong-tensors` where a name is not in the checkpoint, `truncated`.
 */
export async function digestTensors(checkpoint: Checkpoint, names?: Iterable<string>): Promise<string> {
  const hash = createHash('sha256')
  const sorted = [...new Set(names ?? checkpoint.tensors.keys())].sort()
  // A model's tensors may lie in several files.
  const files = new Map<string, OpenFile>()
  const chunk = new Uint8Array(chunkBytes)
  try {
    for (const name of sorted) {
      const tensor = checkpoint.tensors.get(name)
      if (tensor === undefined) throw networkError('wrong-tensors', checkpoint.path, `no tensor "${name}"`)
      hash.update(`${name}\0${tensor.dtype}\0${tensor.shape.join('x')}\0`)
      if (!tensor.contiguous || tensor.negated === true || tensor.conjugated === true) {
        hash.update(await readTensorBytes(tensor))
        continue
      }
      const file = files.get(tensor.file) ?? (await openRegularFile(tensor.file))
      files.set(tensor.file, file)
      for (let done = 0; done < tensor.byteLength; done += chunkBytes) {
        const piece = chunk.subarray(0, Math.min(chunkBytes, tensor.byteLength - done))
        await fillBytes(file, piece, tensor.offset + done)
        hash.update(piece)
      }
    }
  } finally {
    for (const { handle } of files.values()) await handle.close()
  }
  return hash.digest('hex')
}
