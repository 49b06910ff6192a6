import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { benchmarkError } from '@kinemetric/benchmark'
import { isDiskFull } from '@kinemetric/files'

/**
 * Writes a float32 matrix [rows, dimension] as `.npy` version 1.0 row by row, in constant memory: the header gets its
 * number of rows at the end, and only then does the file get its name.
 * Format: numpy.lib.format, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export class FeatureRowsFile {
  readonly #path: string
  readonly #partial: string
  readonly #file: FileHandle
  readonly #dimension: number
  #rows = 0

  private constructor(path: string, partial: string, file: FileHandle, dimension: number) {
    this.#path = path
    this.#partial = partial
    this.#file = file
    this.#dimension = dimension
  }

  /** @throws KinemetricError `write-failed`, `disk-full`. */
  static async create(path: string, dimension: number): Promise<FeatureRowsFile> {
    const partial = `${path}.${process.pid}.partial`
    return writing(path, async () => {
      const file = await open(partial, 'w')
      await file.write(npyHeader(0, dimension))
      return new FeatureRowsFile(path, partial, file, dimension)
    })
  }

  /** Rows, one after the other. */
  async add(rows: Float32Array): Promise<void> {
    const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength)
    await writing(this.#path, () => this.#file.writeFile(bytes))
    this.#rows += rows.length / this.#dimension
  }

  /** Gives the file its header and its name. */
  async finish(): Promise<number> {
    await writing(this.#path, async () => {
      const header = npyHeader(this.#rows, this.#dimension)
      await this.#file.write(header, 0, header.length, 0)
      await this.#file.sync()
      await this.#file.close()
      await rename(this.#partial, this.#path)
    })
    return this.#rows
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => {})
    await rm(this.#partial, { force: true })
  }
}

/** 128 bytes whatever the number of rows: the header is written before that is known. */
function npyHeader(rows: number, dimension: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dimension}), }`
  const header = Buffer.alloc(128, ' ')
  header.write('\u0093NUMPY', 'latin1')
  header.writeUInt8(1, 6)
  header.writeUInt8(0, 7)
  header.writeUInt16LE(118, 8)
  header.write(text, 10, 'latin1')
  header.write('\n', 127, 'latin1')
  return header
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const code = isDiskFull(cause) ? 'disk-full' : 'write-failed'
    throw benchmarkError(
      code,
      path,
      `could not be written (${cause instanceof Error ? cause.message : String(cause)})`,
      { cause },
    )
  }
}
