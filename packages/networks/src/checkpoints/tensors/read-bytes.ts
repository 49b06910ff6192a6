import type { KinemetricError } from '@kinemetric/files'
import { networkError } from '../../tracklets/network-error.ts'

/** A file that is read at any place: one on disk, or one on a server. */
export interface ReadableFile {
  /** Its path or address, for errors. */
  readonly path: string
  readonly size: number
  readonly handle: {
    read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
  }
}

/** Reads exactly these bytes. @throws KinemetricError `truncated` where the file ends before */
export async function readBytes(file: ReadableFile, offset: number, length: number): Promise<Uint8Array> {
  if (offset + length > file.size) throw truncated(file, offset, length)
  const bytes = new Uint8Array(length)
  await fillBytes(file, bytes, offset)
  return bytes
}

/** Fills `target` from `offset` on. @throws KinemetricError `truncated` where the file ends before */
export async function fillBytes(file: ReadableFile, target: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const length = Math.min(target.length - done, 1 << 30)
    const { bytesRead } = await file.handle.read(target, done, length, offset + done)
    if (bytesRead === 0) throw truncated(file, offset, target.length)
    done += bytesRead
  }
}

function truncated(file: ReadableFile, offset: number, length: number): KinemetricError {
  return networkError('truncated', file.path, {
    expected: `${length} bytes from byte ${offset} on`,
    found: `the end of the file at ${file.size}`,
  })
}
