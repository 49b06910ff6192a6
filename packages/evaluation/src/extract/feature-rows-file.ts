import { openWhole, type WholeFile, writeBytes, writeError } from '@kinemetric/files'

/**
 * Writes a float32 matrix [rows, dimension] as `.npy` version 1.0 row by row, in constant memory: the header gets its
 * number of rows at the end, and only then does the file get its name.
 * Format: numpy.lib.format, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export class FeatureRowsFile {
  readonly #path: string
  readonly #file: WholeFile
  readonly #dimension: number
  #rows = 0

  private constructor(path: string, file: WholeFile, dimension: number) {
    this.#path = path
    this.#file = file
    this.#dimension = dimension
  }

  /** @throws KinemetricError `write-failed`, `disk-full` */
  static async create(path: string, dimension: number): Promise<FeatureRowsFile> {
    const file = new FeatureRowsFile(path, await openWhole(path), dimension)
    await file.#write(npyHeader(0, dimension))
    return file
  }

  /** Rows, one after the other. */
  async add(rows: Float32Array): Promise<void> {
    await this.#write(Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength))
    this.#rows += rows.length / this.#dimension
  }

  /** Gives the file its header and its name. */
  async finish(): Promise<number> {
    const header = npyHeader(this.#rows, this.#dimension)
    try {
      await writeBytes(this.#file.handle, header, 0)
    } catch (cause) {
      throw writeError(this.#path, cause)
    }
    await this.#file.finish()
    return this.#rows
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.#file.discard()
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      await writeBytes(this.#file.handle, bytes)
    } catch (cause) {
      throw writeError(this.#path, cause)
    }
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
