import { float32Data, type HostTensor } from '../../../session/session.ts'

/** A float32 tensor of that shape. */
export function floats(data: Float32Array, shape: readonly number[]): HostTensor {
  return { type: 'float32', data, shape }
}

/** Arrays of one length, one after the other: `[n, …shape]`. */
export function stacked(rows: readonly Float32Array[], shape: readonly number[]): HostTensor {
  const length = shape.reduce((product, size) => product * size, 1)
  const data = new Float32Array(rows.length * length)
  for (const [index, row] of rows.entries()) data.set(row, index * length)
  return floats(data, [rows.length, ...shape])
}

/** A number a channel added to every place of a map `[1, C, h, w]`. */
export function plusChannels(map: HostTensor, channels: Float32Array): HostTensor {
  const data = float32Data(map).slice()
  const area = data.length / channels.length
  for (let c = 0; c < channels.length; c++) for (let i = c * area; i < (c + 1) * area; i++) data[i] += channels[c]
  return floats(data, map.shape)
}

/** Row `index` of a tensor `[N, …]`, not copied. */
export function rowOf(tensor: HostTensor, index: number): Float32Array {
  const data = float32Data(tensor)
  const length = data.length / tensor.shape[0]
  return data.subarray(index * length, (index + 1) * length)
}
