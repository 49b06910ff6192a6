import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { Zip, ZipPassThrough } from 'fflate'
import { formatOrigin, ORIGIN_ENTRY, type FeatureOrigin } from './feature-origin.ts'
import { InterchangeError } from './interchange-error.ts'
import { formatNpy } from './npy.ts'
import { EPOCH } from './npz.ts'

/** A zip without 64-bit fields ends here. */
export const LARGEST_ARCHIVE = 2 ** 32 - 2 ** 20

/**
 * Packs a matrix of features that lies on disk as .npy into an .npz with clips and origin, as `writeFeatureFile` writes it, in
 * constant memory.
 *
 * @param matrix path of the .npy, (N, D); stays where it is
 * @param clipOfRow `[N]` the clip of each row
 * @throws InterchangeError `too-large` beyond 4 GiB, `not-readable`, `write-failed`
 */
export async function archiveFeatures(
  path: string,
  matrix: string,
  clipOfRow: ArrayLike<number>,
  origin: FeatureOrigin,
): Promise<void> {
  const { size } = await stat(matrix).catch((cause: unknown) => {
    throw new InterchangeError('not-readable', matrix, 'expected the rows to pack; found no file', { cause })
  })
  if (size + 8 * clipOfRow.length > LARGEST_ARCHIVE)
    throw new InterchangeError(
      'too-large',
      path,
      `expected at most 4 GiB of rows; found ${size} bytes (.npy takes more)`,
    )
  const part = `${path}.${randomUUID().slice(0, 8)}.part`
  try {
    const file = createWriteStream(part, { flags: 'wx' })
    const written = new Promise<void>((resolve, reject) => {
      file.on('finish', resolve)
      file.on('error', reject)
    })
    // Its error is met below; until then it must not end the process.
    written.catch(() => {})
    const zip = new Zip((error, bytes, last) => {
      if (error) file.destroy(error)
      else {
        file.write(bytes)
        if (last) file.end()
      }
    })
    const entry = (name: string): ZipPassThrough => {
      const added = new ZipPassThrough(`${name}.npy`)
      added.mtime = EPOCH
      zip.add(added)
      return added
    }
    const features = entry('features')
    for await (const bytes of createReadStream(matrix, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>) {
      features.push(bytes)
      if (file.writableNeedDrain) await Promise.race([once(file, 'drain'), written])
    }
    features.push(new Uint8Array(0), true)
    entry('clip').push(formatNpy({ data: Float64Array.from(clipOfRow), shape: [clipOfRow.length] }), true)
    entry(ORIGIN_ENTRY).push(formatNpy({ text: formatOrigin(origin) }), true)
    zip.end()
    await written
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    if (error instanceof InterchangeError) throw error
    const code = (error as NodeJS.ErrnoException).code
    throw new InterchangeError('write-failed', path, `could not be written; ${String(code ?? error)}`, { cause: error })
  }
}
