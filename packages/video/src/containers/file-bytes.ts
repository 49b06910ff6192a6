import type { FileHandle } from 'node:fs/promises'

/** Bytes of an open file at a position, fewer at its end. */
export interface FileBytes {
  readonly size: number
  readonly read: (position: number, length: number) => Promise<Buffer>
}

/**
 * What a container says of its own length.
 * `end`: position after its last part, beyond the file's size where the file was cut; Infinity where an end mark is missing, undefined where nothing is
 * said. `promise`: what else it says that tells a file which was cut from one whose size was written wrong: the frames of its index, or the seconds that
 * it lasts.
 */
export interface DeclaredEnd {
  end: number | undefined
  promise?: 'frames' | 'seconds' | undefined
  /** What is missing where `end` is infinite. */
  missing?: string | undefined
  /** False where no decoder can open a file without that: one that was opened has it elsewhere. */
  opens?: boolean | undefined
}

/** A file's claims are followed this many steps, then nothing is concluded from them: a hostile file could hold millions. */
export const maxSteps = 100_000

/** The bytes of an open file. */
export function bytesOf(handle: FileHandle, size: number): FileBytes {
  return {
    size,
    read: async (position, length) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
      return buffer.subarray(0, bytesRead)
    },
  }
}
