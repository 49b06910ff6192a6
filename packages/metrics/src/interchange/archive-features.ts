import { type OpenFile, openRegularFile, systemReason, writeWhole } from '@kinemetric/files'
import { Zip, ZipPassThrough } from 'fflate'
import { formatOrigin, ORIGIN_ENTRY, type FeatureOrigin } from './feature-origin.ts'
import { interchangeError } from './interchange-error.ts'
import { formatNpy } from './npy.ts'
import { EPOCH } from './npz.ts'

/** A zip without 64-bit fields ends here. */
const LARGEST_ARCHIVE = 2 ** 32 - 2 ** 20

/** Whether rows of so many bytes still fit into an .npz. @throws KinemetricError `too-large` */
export function requireArchivable(path: string, bytes: number): void {
  if (bytes > LARGEST_ARCHIVE)
    throw interchangeError('too-large', path, {
      expected: 'at most 4 GiB of rows for an .npz',
      found: 'more (.npy takes any number)',
    })
}

/**
 * Packs a matrix of features that lies on disk as .npy into an .npz with clips and origin, as `writeFeatureFile` writes it, in
 * blocks of 1 MiB: what grows with the rows is their clip numbers.
 *
 * @param matrix path of the .npy, (N, D); stays where it is
 * @param clipOfRow `[N]` the clip of each row
 * @throws KinemetricError `too-large` beyond 4 GiB, `not-readable`, `write-failed`; no half file is left
 */
export async function archiveFeatures(
  path: string,
  matrix: string,
  clipOfRow: ArrayLike<number>,
  origin: FeatureOrigin,
  signal?: AbortSignal,
): Promise<void> {
  const file = await openRegularFile(matrix).catch((cause: unknown) => {
    throw interchangeError('not-readable', matrix, { expected: 'the rows to pack', found: 'no file' }, { cause })
  })
  try {
    requireArchivable(path, file.size + 8 * clipOfRow.length)
    await writeWhole(path, untilAborted(archiveBytes(file, clipOfRow, origin), signal))
  } finally {
    await file.handle.close()
  }
}

async function* untilAborted(bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  for await (const piece of bytes) {
    signal?.throwIfAborted()
    yield piece
  }
}

/** The archive's bytes, as they come: the reader's pace is the writer's. */
async function* archiveBytes(
  matrix: OpenFile,
  clipOfRow: ArrayLike<number>,
  origin: FeatureOrigin,
): AsyncIterable<Uint8Array> {
  const ready: Uint8Array[] = []
  const zip = new Zip((error, bytes) => {
    if (error) throw error
    ready.push(bytes)
  })
  const entry = (name: string): ZipPassThrough => {
    const added = new ZipPassThrough(`${name}.npy`)
    added.mtime = EPOCH
    zip.add(added)
    return added
  }
  const features = entry('features')
  for await (const bytes of rowsOf(matrix)) {
    features.push(bytes)
    yield* ready.splice(0)
  }
  features.push(new Uint8Array(0), true)
  entry('clip').push(formatNpy({ data: Float64Array.from(clipOfRow), shape: [clipOfRow.length] }), true)
  entry(ORIGIN_ENTRY).push(formatNpy({ text: formatOrigin(origin) }), true)
  zip.end()
  yield* ready.splice(0)
}

async function* rowsOf({ handle, path, size }: OpenFile): AsyncIterable<Uint8Array> {
  for (let at = 0; at < size;) {
    const piece = new Uint8Array(Math.min(1 << 20, size - at))
    const { bytesRead } = await handle.read(piece, 0, piece.length, at).catch((cause: unknown) => {
      throw interchangeError('not-readable', path, `expected the rows to pack; ${systemReason(cause)}`, { cause })
    })
    if (bytesRead === 0)
      throw interchangeError('truncated', path, { expected: `${size} bytes of rows`, found: `its end at ${at}` })
    yield piece.subarray(0, bytesRead)
    at += bytesRead
  }
}
