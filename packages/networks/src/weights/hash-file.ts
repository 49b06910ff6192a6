import { createHash } from 'node:crypto'
import { openRegularFile } from '../checkpoints/tensors/file-bytes.ts'

/** SHA-256 (hex) of a file's content. @throws CheckpointError where it is not a readable regular file. */
export async function hashFile(path: string): Promise<string> {
  const file = await openRegularFile(path)
  const hash = createHash('sha256')
  try {
    const chunk = new Uint8Array(4 * 1024 * 1024)
    for (let position = 0; ;) {
      const { bytesRead } = await file.handle.read(chunk, 0, chunk.length, position)
      if (bytesRead === 0) break
      hash.update(chunk.subarray(0, bytesRead))
      position += bytesRead
    }
  } finally {
    await file.handle.close()
  }
  return hash.digest('hex')
}
