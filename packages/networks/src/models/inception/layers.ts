/** What the network is made of; a graph, a count of operations or a list of tensors is one way each to read it. */
export interface InceptionLayers<T> {
  /** Convolution without bias, batch norm (ε 1e-3), ReLU. */
  unit(x: T, name: string, unit: InceptionUnit): T
  /** 3×3 maximum; stride 2 without padding, or stride 1 with padding 1. */
  maxPool(x: T, stride: 1 | 2): T
  /** 3×3 mean, stride 1, padding 1; padding is not counted. */
  averagePool(x: T): T
  concat(parts: readonly T[]): T
}

export interface InceptionUnit {
  readonly input: number
  readonly output: number
  /** Height, width. */
  readonly kernel: readonly [number, number]
  readonly stride: 1 | 2
  readonly pad: readonly [number, number]
}

/**
 * The Inception of December 2015 that FID is defined on, up to its last feature maps `[2048, 8, 8]`, under the names of
 * pytorch-fid. It is not torchvision's: average pools leave padding out, and the last block pools by maximum.
 * Source: mseitzer/pytorch-fid b9c1811, src/pytorch_fid/inception.py.
 * @param x 3×299×299
 */
export function inceptionLayers<T>(layers: InceptionLayers<T>, x: T): T {
  const unit = (
    x: T,
    name: string,
    input: number,
    output: number,
    size: Size = 1,
    stride: 1 | 2 = 1,
    same = true,
  ): T => {
    const kernel = typeof size === 'number' ? ([size, size] as const) : size
    const pad = same ? ([(kernel[0] - 1) / 2, (kernel[1] - 1) / 2] as const) : ([0, 0] as const)
    return layers.unit(x, name, { input, output, kernel, stride, pad })
  }

  const blockA = (x: T, name: string, input: number, pooled: number): T => {
    const one = unit(x, `${name}.branch1x1`, input, 64)
    const five = unit(unit(x, `${name}.branch5x5_1`, input, 48), `${name}.branch5x5_2`, 48, 64, 5)
    let three = unit(x, `${name}.branch3x3dbl_1`, input, 64)
    three = unit(three, `${name}.branch3x3dbl_2`, 64, 96, 3)
    three = unit(three, `${name}.branch3x3dbl_3`, 96, 96, 3)
    const pool = unit(layers.averagePool(x), `${name}.branch_pool`, input, pooled)
    return layers.concat([one, five, three, pool])
  }

  const blockB = (x: T, name: string, input: number): T => {
    const three = unit(x, `${name}.branch3x3`, input, 384, 3, 2, false)
    let double = unit(x, `${name}.branch3x3dbl_1`, input, 64)
    double = unit(double, `${name}.branch3x3dbl_2`, 64, 96, 3)
    double = unit(double, `${name}.branch3x3dbl_3`, 96, 96, 3, 2, false)
    return layers.concat([three, double, layers.maxPool(x, 2)])
  }

  const blockC = (x: T, name: string, c: number): T => {
    const one = unit(x, `${name}.branch1x1`, 768, 192)
    let seven = unit(x, `${name}.branch7x7_1`, 768, c)
    seven = unit(seven, `${name}.branch7x7_2`, c, c, [1, 7])
    seven = unit(seven, `${name}.branch7x7_3`, c, 192, [7, 1])
    let double = unit(x, `${name}.branch7x7dbl_1`, 768, c)
    double = unit(double, `${name}.branch7x7dbl_2`, c, c, [7, 1])
    double = unit(double, `${name}.branch7x7dbl_3`, c, c, [1, 7])
    double = unit(double, `${name}.branch7x7dbl_4`, c, c, [7, 1])
    double = unit(double, `${name}.branch7x7dbl_5`, c, 192, [1, 7])
    const pool = unit(layers.averagePool(x), `${name}.branch_pool`, 768, 192)
    return layers.concat([one, seven, double, pool])
  }

  const blockD = (x: T, name: string): T => {
    const three = unit(unit(x, `${name}.branch3x3_1`, 768, 192), `${name}.branch3x3_2`, 192, 320, 3, 2, false)
    let seven = unit(x, `${name}.branch7x7x3_1`, 768, 192)
    seven = unit(seven, `${name}.branch7x7x3_2`, 192, 192, [1, 7])
    seven = unit(seven, `${name}.branch7x7x3_3`, 192, 192, [7, 1])
    seven = unit(seven, `${name}.branch7x7x3_4`, 192, 192, 3, 2, false)
    return layers.concat([three, seven, layers.maxPool(x, 2)])
  }

  const blockE = (x: T, name: string, input: number, pooled: T): T => {
    const one = unit(x, `${name}.branch1x1`, input, 320)
    const three = unit(x, `${name}.branch3x3_1`, input, 384)
    const threeA = unit(three, `${name}.branch3x3_2a`, 384, 384, [1, 3])
    const threeB = unit(three, `${name}.branch3x3_2b`, 384, 384, [3, 1])
    const double = unit(unit(x, `${name}.branch3x3dbl_1`, input, 448), `${name}.branch3x3dbl_2`, 448, 384, 3)
    const doubleA = unit(double, `${name}.branch3x3dbl_3a`, 384, 384, [1, 3])
    const doubleB = unit(double, `${name}.branch3x3dbl_3b`, 384, 384, [3, 1])
    const pool = unit(pooled, `${name}.branch_pool`, input, 192)
    return layers.concat([one, threeA, threeB, doubleA, doubleB, pool])
  }

  x = unit(x, 'Conv2d_1a_3x3', 3, 32, 3, 2, false) // 32 × 149²
  x = unit(x, 'Conv2d_2a_3x3', 32, 32, 3, 1, false) // 32 × 147²
  x = unit(x, 'Conv2d_2b_3x3', 32, 64, 3) // 64 × 147²
  x = layers.maxPool(x, 2) // 64 × 73²
  x = unit(x, 'Conv2d_3b_1x1', 64, 80) // 80 × 73²
  x = unit(x, 'Conv2d_4a_3x3', 80, 192, 3, 1, false) // 192 × 71²
  x = layers.maxPool(x, 2) // 192 × 35²
  x = blockA(x, 'Mixed_5b', 192, 32) // 256 × 35²
  x = blockA(x, 'Mixed_5c', 256, 64) // 288 × 35²
  x = blockA(x, 'Mixed_5d', 288, 64) // 288 × 35²
  x = blockB(x, 'Mixed_6a', 288) // 768 × 17²
  x = blockC(x, 'Mixed_6b', 128)
  x = blockC(x, 'Mixed_6c', 160)
  x = blockC(x, 'Mixed_6d', 160)
  x = blockC(x, 'Mixed_6e', 192)
  x = blockD(x, 'Mixed_7a') // 1280 × 8²
  x = blockE(x, 'Mixed_7b', 1280, layers.averagePool(x)) // 2048 × 8²
  return blockE(x, 'Mixed_7c', 2048, layers.maxPool(x, 1)) // 2048 × 8²
}

type Size = number | readonly [number, number]

/** Every unit by name, with the operations (two a multiply-add) that its convolution takes for one 299×299 frame. */
export function inceptionUnits(): Map<string, InceptionUnit & { operations: number }> {
  const units = new Map<string, InceptionUnit & { operations: number }>()
  inceptionLayers<readonly [number, number]>(
    {
      unit([height, width], name, unit) {
        const side = (length: number, axis: 0 | 1): number =>
          Math.floor((length + 2 * unit.pad[axis] - unit.kernel[axis]) / unit.stride) + 1
        const [h, w] = [side(height, 0), side(width, 1)]
        units.set(name, { ...unit, operations: 2 * unit.output * unit.input * unit.kernel[0] * unit.kernel[1] * h * w })
        return [h, w]
      },
      maxPool: ([h, w], stride) => (stride === 1 ? [h, w] : [Math.floor((h - 3) / 2) + 1, Math.floor((w - 3) / 2) + 1]),
      averagePool: (sides) => sides,
      concat: (parts) => parts[0],
    },
    [299, 299],
  )
  return units
}
