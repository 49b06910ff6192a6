import { itemSize, safetensorsTypes } from '../tensors/data-type.ts'
import { readBytes, type ReadableFile } from '../tensors/read-bytes.ts'
import { type Checkpoint, elementCount, type TensorReference } from '../tensors/tensor-reference.ts'
import { networkError } from '../../tracklets/network-error.ts'

/** The limit of the format's reference implementation. */
export const maxSafetensorsHeaderBytes = 100_000_000

/**
 * Reads a safetensors file: a 64-bit header length, a JSON header, the tensors' bytes. As the format demands, the
 * tensors fill the rest of the file without overlaps or holes (github.com/huggingface/safetensors, "Format").
 *
 * @throws KinemetricError `too-large` for a header above 100 MB, `truncated`, `overlap`, `malformed`.
 */
export async function readSafetensors(file: ReadableFile): Promise<Checkpoint> {
  const lengthBytes = await readBytes(file, 0, 8)
  const headerLength = Number(new DataView(lengthBytes.buffer).getBigUint64(0, true))
  if (headerLength > maxSafetensorsHeaderBytes) {
    throw networkError(
      'too-large',
      file.path,
      `a safetensors header of ${headerLength} bytes; the format allows ${maxSafetensorsHeaderBytes}`,
    )
  }
  const header = parseHeader(await readBytes(file, 8, headerLength), file.path)
  const start = 8 + headerLength
  const tensors = new Map<string, TensorReference>()
  for (const [name, described] of Object.entries(header)) {
    if (name === '__metadata__') continue
    tensors.set(name, place(name, described, file, start))
  }
  checkCoverage([...tensors.values()], file, start)
  return { path: file.path, format: 'safetensors', tensors }
}

function parseHeader(bytes: Uint8Array, path: string): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (isRecord(header)) return header
  } catch (cause) {
    throw networkError('malformed', path, `the safetensors header is not JSON: ${messageOf(cause)}`, {
      cause,
    })
  }
  throw networkError('malformed', path, 'the safetensors header is not a JSON object')
}

function place(name: string, described: unknown, file: ReadableFile, start: number): TensorReference {
  const fail = (what: string): never => {
    throw networkError('malformed', file.path, `tensor "${name}" in the safetensors header ${what}`)
  }
  if (!isRecord(described)) return fail('is not an object')
  const { dtype: code, shape, data_offsets: offsets } = described
  const dtype = typeof code === 'string' ? safetensorsTypes.get(code) : undefined
  if (dtype === undefined) return fail(`has the unknown type ${JSON.stringify(code)}`)
  if (!isCounts(shape)) return fail('has a shape that is not a list of sizes')
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) return fail('has no valid data_offsets')
  const [begin, end] = offsets
  const byteLength = elementCount(shape) * itemSize[dtype]
  if (end - begin !== byteLength) {
    return fail(`has ${end - begin} bytes, but its shape [${shape.join(', ')}] of ${dtype} needs ${byteLength}`)
  }
  if (start + end > file.size) {
    throw networkError(
      'truncated',
      file.path,
      `tensor "${name}" ends at byte ${start + end}, but the file ends at ${file.size}`,
    )
  }
  return { name, dtype, shape, file: file.path, offset: start + begin, byteLength, contiguous: true }
}

function checkCoverage(tensors: TensorReference[], file: ReadableFile, start: number): void {
  tensors.sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength)
  let position = start
  let previous = 'the header'
  for (const tensor of tensors) {
    if (tensor.offset < position) {
      throw networkError('overlap', file.path, `tensor "${tensor.name}" overlaps ${previous}`)
    }
    if (tensor.offset > position) {
      throw networkError(
        'malformed',
        file.path,
        `${tensor.offset - position} unused bytes before tensor "${tensor.name}"`,
      )
    }
    position += tensor.byteLength
    previous = `tensor "${tensor.name}"`
  }
  if (position !== file.size) {
    throw networkError('malformed', file.path, `${file.size - position} unused bytes after ${previous}`)
  }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
