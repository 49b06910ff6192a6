/** What the network is made of; a graph, a count of operations or a list of tensors is one way each to read it. */
export interface I3dLayers<T> {
  /** 3-D convolution without bias, batch norm, ReLU; padded as TensorFlow's SAME on every axis. */
  unit(x: T, name: string, unit: I3dUnit): T
  /** Maximum over `size` frames and `side`×`side` pixels with strides, padded as SAME. */
  maxPool(x: T, kernel: PoolSize, stride: PoolSize): T
  concat(parts: readonly T[]): T
}

export interface I3dUnit {
  readonly input: number
  readonly output: number
  /** Of time, height and width alike. */
  readonly size: 1 | 3 | 7
  readonly stride: 1 | 2
}

export interface PoolSize {
  readonly time: 1 | 2 | 3
  readonly side: 1 | 2 | 3
}

/** Channels of b0, b1a, b1b, b2a, b2b, b3b. */
type MixedChannels = readonly [number, number, number, number, number, number]

/**
 * I3D (Carreira and Zisserman 2017: Inception v1 inflated to three dimensions, RGB) up to its last feature maps, under
 * the names of piergiaj/pytorch-i3d, pytorch_i3d.py.
 * @param x 3 × T × 224 × 224 in [−1, 1]
 * @returns 1024 × ⌈⌈⌈T/2⌉/2⌉/2⌉ × 7 × 7
 */
export function i3dLayers<T>(layers: I3dLayers<T>, x: T): T {
  const unit = (x: T, name: string, input: number, output: number, size: 1 | 3 | 7 = 1, stride: 1 | 2 = 1): T =>
    layers.unit(x, name, { input, output, size, stride })

  const mixed = (x: T, name: string, input: number, [b0, b1a, b1b, b2a, b2b, b3b]: MixedChannels): T => {
    const pooled = layers.maxPool(x, { time: 3, side: 3 }, { time: 1, side: 1 })
    return layers.concat([
      unit(x, `${name}.b0`, input, b0),
      unit(unit(x, `${name}.b1a`, input, b1a), `${name}.b1b`, b1a, b1b, 3),
      unit(unit(x, `${name}.b2a`, input, b2a), `${name}.b2b`, b2a, b2b, 3),
      unit(pooled, `${name}.b3b`, input, b3b),
    ])
  }

  x = unit(x, 'Conv3d_1a_7x7', 3, 64, 7, 2) // 64 × T/2 × 112²
  x = layers.maxPool(x, { time: 1, side: 3 }, { time: 1, side: 2 }) // 64 × T/2 × 56²
  x = unit(x, 'Conv3d_2b_1x1', 64, 64)
  x = unit(x, 'Conv3d_2c_3x3', 64, 192, 3) // 192 × T/2 × 56²
  x = layers.maxPool(x, { time: 1, side: 3 }, { time: 1, side: 2 }) // 192 × T/2 × 28²
  x = mixed(x, 'Mixed_3b', 192, [64, 96, 128, 16, 32, 32])
  x = mixed(x, 'Mixed_3c', 256, [128, 128, 192, 32, 96, 64])
  x = layers.maxPool(x, { time: 3, side: 3 }, { time: 2, side: 2 }) // 480 × T/4 × 14²
  x = mixed(x, 'Mixed_4b', 480, [192, 96, 208, 16, 48, 64])
  x = mixed(x, 'Mixed_4c', 512, [160, 112, 224, 24, 64, 64])
  x = mixed(x, 'Mixed_4d', 512, [128, 128, 256, 24, 64, 64])
  x = mixed(x, 'Mixed_4e', 512, [112, 144, 288, 32, 64, 64])
  x = mixed(x, 'Mixed_4f', 528, [256, 160, 320, 32, 128, 128])
  x = layers.maxPool(x, { time: 2, side: 2 }, { time: 2, side: 2 }) // 832 × T/8 × 7²
  x = mixed(x, 'Mixed_5b', 832, [256, 160, 320, 32, 128, 128])
  return mixed(x, 'Mixed_5c', 832, [384, 192, 384, 48, 128, 128]) // 1024 × T/8 × 7²
}

/** TensorFlow's SAME: output length, and the padding before and after, of one axis. */
export function samePadding(
  length: number,
  size: number,
  stride: number,
): { length: number; before: number; after: number } {
  const output = Math.ceil(length / stride)
  const total = Math.max((output - 1) * stride + size - length, 0)
  const before = Math.floor(total / 2)
  return { length: output, before, after: total - before }
}

/** Every unit by name, with the operations (two a multiply-add, padding counted) that it takes for T frames. */
export function i3dUnits(frames = 16): Map<string, I3dUnit & { operations: number }> {
  const units = new Map<string, I3dUnit & { operations: number }>()
  interface Size {
    time: number
    side: number
  }
  i3dLayers<Size>(
    {
      unit(x, name, unit) {
        const time = Math.ceil(x.time / unit.stride)
        const side = Math.ceil(x.side / unit.stride)
        units.set(name, { ...unit, operations: 2 * unit.output * unit.input * unit.size ** 3 * time * side ** 2 })
        return { time, side }
      },
      maxPool: (x, _kernel, stride) => ({
        time: Math.ceil(x.time / stride.time),
        side: Math.ceil(x.side / stride.side),
      }),
      concat: (parts) => parts[0],
    },
    { time: frames, side: 224 },
  )
  return units
}
