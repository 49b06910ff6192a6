import { fileError } from '../errors/file-error.ts'
import { systemReason } from '../errors/system-reason.ts'
import { type OpenFile, openRegularFile } from './open-regular-file.ts'
import { withoutMark } from './parse-json.ts'

export interface ReadLimits {
  /** A longer file is refused before it is read. Default 256 MiB for text, 4 GiB for bytes. */
  maxBytes?: number | undefined
  /** Folders inside which the file's real path must lie; by default anywhere. */
  roots?: readonly string[] | undefined
  /** Memory that the bytes are put into where they fit, for who reads one file after another; what was there is lost. */
  into?: Uint8Array<ArrayBuffer> | undefined
}

// A single read of more than 2 GiB is cut short by the operating system.
const STEP = 2 ** 30

/**
 * All bytes of a regular file, at an address that is a multiple of 8 (or the caller's). Devices, pipes and sockets are refused, and nothing is read beyond the limit:
 * no file can keep a command waiting or fill its memory.
 *
 * @throws KinemetricError as `openRegularFile`, `too-large` beyond `maxBytes`, `not-readable` where reading fails
 */
export async function readRegularFile(path: string, limits: ReadLimits = {}): Promise<Uint8Array<ArrayBuffer>> {
  const file = await openRegularFile(path, limits.roots)
  try {
    return await readOpen(path, file, limits)
  } finally {
    await file.handle.close()
  }
}

/** The text (UTF-8) of a regular file, without a byte order mark. @throws KinemetricError as `readRegularFile` */
export async function readTextFile(path: string, limits: ReadLimits = {}): Promise<string> {
  const bytes = await readRegularFile(path, { ...limits, maxBytes: limits.maxBytes ?? 2 ** 28 })
  return withoutMark(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
}

async function readOpen(
  path: string,
  file: OpenFile,
  { maxBytes = 2 ** 32, into }: ReadLimits,
): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > maxBytes)
    throw fileError('too-large', path, { expected: `a file of at most ${maxBytes} bytes`, found: `${file.size}` })
  const bytes = into !== undefined && file.size <= into.length ? into.subarray(0, file.size) : new Uint8Array(file.size)
  let at = 0
  while (at < bytes.length) {
    const read = await file.handle.read(bytes, at, Math.min(STEP, bytes.length - at), at).catch((cause: unknown) => {
      throw fileError('not-readable', path, `cannot be read (${systemReason(cause)})`, { cause })
    })
    // It has become shorter meanwhile.
    if (read.bytesRead === 0) break
    at += read.bytesRead
  }
  return bytes.subarray(0, at)
}
