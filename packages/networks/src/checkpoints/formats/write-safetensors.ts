import { elementCount } from '../tensors/tensor-reference.ts'
import { floatBytes, type IntegerValues, type TensorValues } from '../tensors/tensor-values.ts'
import { writeWhole } from '@kinemetric/files'
import { networkError } from '../../tracklets/network-error.ts'

/**
 * Writes float32 and int32 tensors as a safetensors file, in the map's order; the same tensors always give the same bytes.
 *
 * @throws KinemetricError `wrong-tensors` where a shape does not fit its data, `write-failed`.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorValues | IntegerValues>,
): Promise<void> {
  checkTensorValues(path, tensors)
  const header: Record<string, unknown> = {}
  let position = 0
  for (const [name, { shape, data }] of tensors) {
    header[name] = {
      dtype: data instanceof Int32Array ? 'I32' : 'F32',
      shape,
      data_offsets: [position, (position += data.byteLength)],
    }
  }
  let json = JSON.stringify(header)
  // The format asks for tensors that begin at a multiple of 8 bytes, and allows spaces after the JSON.
  const bytes = new TextEncoder().encode((json = json.padEnd(json.length + padding(Buffer.byteLength(json), 8))))
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true)
  await writeWhole(path, [length, bytes, ...[...tensors.values()].map(({ data }) => floatBytes(data))])
}

/** Bytes up to the next multiple. */
export function padding(length: number, multiple: number): number {
  return (multiple - (length % multiple)) % multiple
}

/** @throws KinemetricError `wrong-tensors` naming a tensor whose shape does not fit its data. */
export function checkTensorValues(path: string, tensors: ReadonlyMap<string, TensorValues | IntegerValues>): void {
  for (const [name, { shape, data }] of tensors) {
    if (elementCount(shape) !== data.length) {
      throw networkError('wrong-tensors', path, {
        expected: `${elementCount(shape)} elements in tensor "${name}" of shape [${shape.join(', ')}]`,
        found: String(data.length),
      })
    }
  }
}
