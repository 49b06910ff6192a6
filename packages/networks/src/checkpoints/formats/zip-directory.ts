import yauzl from 'yauzl'
import { isError, type KinemetricError } from '@kinemetric/files'
import { readBytes, type ReadableFile } from '../tensors/read-bytes.ts'
import { networkError } from '../../tracklets/network-error.ts'
import { ZipReader } from './zip-reader.ts'

/** Where an entry of a zip file lies. */
export interface ZipEntry {
  readonly name: string
  /** Bytes in the file. */
  readonly size: number
  readonly stored: boolean
  readonly source: yauzl.Entry
}

export interface ZipDirectory {
  readonly file: ReadableFile
  readonly entries: ReadonlyMap<string, ZipEntry>
  /** Byte of the file at which a STORED entry's contents begin. @throws KinemetricError `compressed` for any other. */
  locate(entry: ZipEntry): Promise<number>
}

/** More entries than any checkpoint has; guards memory. */
const maxEntries = 500_000

/**
 * Reads a zip file's central directory, ZIP64 included.
 *
 * @throws KinemetricError `truncated` where the directory at the end is missing, `malformed`, `too-large`.
 */
export async function readZipDirectory(file: ReadableFile): Promise<ZipDirectory> {
  const zip = await yauzl
    .fromRandomAccessReaderPromise(new ZipReader(file), file.size, { autoClose: false })
    .catch((cause: unknown) => {
      throw zipFailure(file, cause)
    })
  if (zip.entryCount > maxEntries) {
    throw networkError('too-large', file.path, `${zip.entryCount} zip entries; at most ${maxEntries} are read`)
  }
  const entries = new Map<string, ZipEntry>()
  try {
    for await (const source of zip.eachEntry()) {
      const name = source.fileName
      if (entries.has(name)) throw networkError('malformed', file.path, `two zip entries are called "${name}"`)
      entries.set(name, { name, size: source.compressedSize, stored: source.compressionMethod === 0, source })
    }
  } catch (cause) {
    throw zipFailure(file, cause)
  }

  const locate = async (entry: ZipEntry): Promise<number> => {
    if (!entry.stored) {
      throw networkError(
        'compressed',
        file.path,
        `entry "${entry.name}" is compressed (method ${entry.source.compressionMethod}); torch stores tensors uncompressed, and they are used where they lie. Save the checkpoint again with torch.save`,
      )
    }
    if (entry.source.isEncrypted()) {
      throw networkError('unsupported', file.path, `entry "${entry.name}" is encrypted`)
    }
    const header = await zip.readLocalFileHeaderPromise(entry.source, { minimal: true }).catch((cause: unknown) => {
      throw zipFailure(file, cause)
    })
    return header.fileDataStart
  }
  return { file, entries, locate }
}

/** The contents of a STORED entry. @throws KinemetricError `too-large` above `maxBytes`, `compressed`. */
export async function readZipEntry(zip: ZipDirectory, entry: ZipEntry, maxBytes: number): Promise<Uint8Array> {
  if (entry.size > maxBytes) {
    throw networkError(
      'too-large',
      zip.file.path,
      `entry "${entry.name}" has ${entry.size} bytes; at most ${maxBytes} are read`,
    )
  }
  return readBytes(zip.file, await zip.locate(entry), entry.size)
}

function zipFailure(file: ReadableFile, cause: unknown): KinemetricError {
  if (isError(cause)) return cause
  const said = cause instanceof Error ? cause.message : String(cause)
  const ended = /truncated|end of central directory|unexpected EOF|exceeds file|beyond|out of bounds/i.test(said)
  return networkError(ended ? 'truncated' : 'malformed', file.path, `zip: ${said}`, { cause })
}
