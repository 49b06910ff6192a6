import { isError, openRegularFile, systemReason } from '@kinemetric/files'
import type { StoredRows } from '../features/feature-rows.ts'
import { MOST_HELD, readingAhead } from '../features/reading-ahead.ts'
import { interchangeError } from './interchange-error.ts'
import { LONGEST_HEADER, type NpyLayout, npyLayout } from './npy.ts'

type Values = Float32Array | Float64Array

/**
 * The rows of a large .npy file, to be read a range at a time: little-endian float32 or float64 in C order. Undefined for any other file, which has to be
 * read whole.
 *
 * @param mostHeld bytes of a file that is better held in memory
 * @throws KinemetricError `truncated` or `damaged` where the file is not as long as its header says; `not-readable` when rows are read later
 */
export async function storedNpy(path: string, mostHeld = MOST_HELD): Promise<StoredRows | undefined> {
  // Who cannot open it as a file of numbers says why where it is read whole.
  const found = await layoutOf(path).catch(() => undefined)
  if (found === undefined || found.size <= mostHeld) return undefined
  const { size, layout } = found
  const { shape, dataStart, descr, fortranOrder } = layout
  const bytes = { '<f4': 4, '<f8': 8 }[descr]
  if (bytes === undefined || fortranOrder || shape.length !== 2 || shape[1] === 0) return undefined
  const [rows, dimension] = shape
  const expected = rows * dimension * bytes
  if (size - dataStart !== expected)
    throw interchangeError(size - dataStart < expected ? 'truncated' : 'damaged', path, {
      expected: `${expected} bytes of data for shape (${shape.join(', ')}) of ${descr}`,
      found: `${size - dataStart}`,
    })
  const valuesAt = async (ranges: readonly { first: number; count: number; at: number }[], count: number) => {
    const values: Values = bytes === 4 ? new Float32Array(count * dimension) : new Float64Array(count * dimension)
    const target = new Uint8Array(values.buffer)
    const width = dimension * bytes
    for (const { first, count: many, at } of ranges)
      await readBytes(path, target.subarray(at * width, (at + many) * width), dataStart + first * width)
    return values
  }
  const load = (start: number, end: number) => valuesAt([{ first: start, count: end - start, at: 0 }], end - start)
  return {
    rows,
    dimension,
    read: readingAhead(load, rows),
    pick: (picked) =>
      valuesAt(
        Array.from(picked, (first, at) => ({ first, count: 1, at })),
        picked.length,
      ),
  }
}

async function layoutOf(path: string): Promise<{ size: number; layout: NpyLayout }> {
  const file = await openRegularFile(path)
  try {
    const { buffer, bytesRead } = await file.handle.read(Buffer.alloc(LONGEST_HEADER + 12), 0, LONGEST_HEADER + 12, 0)
    return { size: file.size, layout: npyLayout(buffer.subarray(0, bytesRead), path) }
  } finally {
    await file.handle.close()
  }
}

/** @throws KinemetricError `truncated` where the file has become shorter, `not-readable` */
async function readBytes(path: string, into: Uint8Array, position: number): Promise<void> {
  const file = await openRegularFile(path).catch((cause: unknown) => {
    throw interchangeError('not-readable', path, systemReason(cause), { cause })
  })
  try {
    for (let at = 0; at < into.length;) {
      const { bytesRead } = await file.handle.read(into, at, into.length - at, position + at)
      if (bytesRead === 0)
        throw interchangeError('truncated', path, { expected: 'as many rows as before', found: 'fewer' })
      at += bytesRead
    }
  } catch (cause) {
    if (isError(cause)) throw cause
    throw interchangeError('not-readable', path, systemReason(cause), { cause })
  } finally {
    await file.handle.close()
  }
}
