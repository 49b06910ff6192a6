/** Resizes of pictures on the scale [−1, 1] before a network looks at them; each is linear and separable. */
export type CubicResize = 'diffusers-antialias' | 'kornia-bicubic'

/**
 * One axis of a bicubic resize as a matrix: output sample i is Σ_j matrix[i·input + j] · sample[j]. First and last samples of input and
 * output lie on each other (`align_corners`), Keys' a = −3/4, samples past the end are the last one: torch's `interpolate` with
 * `mode='bicubic', align_corners=True`, which kornia's `resize` calls.
 * `diffusers-antialias` blurs before: Stable Video Diffusion's `_resize_with_antialiasing` (diffusers,
 * `pipeline_stable_video_diffusion.py`), a Gaussian of σ = max((f − 1)/2, 0.001) for f = input/output, cut to an odd number of taps,
 * mirrored at the ends without repeating them.
 * Computed in 64 bits, stored in 32.
 * @returns `[output, input]`, row-major
 */
export function cubicMatrix(kind: CubicResize, input: number, output: number): Float32Array {
  const cubic = alignedCubic(input, output)
  return Float32Array.from(kind === 'kornia-bicubic' ? cubic : blurred(cubic, input, output))
}

/**
 * One axis of torch's `interpolate` with `mode='bicubic', align_corners=False` and no antialiasing, as a matrix: source (i + ½)·scale − ½, a = −3/4, samples
 * past the end are the last one. Computed in 64 bits.
 * @param scale input samples an output sample; another than input/output where it was given to torch
 * @returns `[output, input]`, row-major
 */
export function halfPixelCubicMatrix(input: number, output: number, scale = input / output): Float64Array {
  return cubicRows(input, output, (i) => (i + 0.5) * scale - 0.5)
}

function alignedCubic(input: number, output: number): Float64Array {
  const scale = output > 1 ? (input - 1) / (output - 1) : 0
  return cubicRows(input, output, (i) => i * scale)
}

/** A matrix whose rows are Keys' cubic around a position each. */
function cubicRows(input: number, output: number, positionOf: (i: number) => number): Float64Array {
  const matrix = new Float64Array(output * input)
  for (let i = 0; i < output; i++) {
    const position = positionOf(i)
    const first = Math.floor(position) - 1
    for (let tap = first; tap < first + 4; tap++) {
      const column = Math.min(Math.max(tap, 0), input - 1)
      matrix[i * input + column] += keys(Math.abs(position - tap))
    }
  }
  return matrix
}

/** Keys' cubic with a = −3/4, for distances in [0, 2]. */
function keys(d: number): number {
  const a = -0.75
  return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((d - 5) * d + 8) * a * d - 4 * a
}

/** The matrix times the blur of what it is applied to. */
function blurred(matrix: Float64Array, input: number, output: number): Float64Array {
  const taps = gaussian(input / output)
  const half = (taps.length - 1) / 2
  const result = new Float64Array(matrix.length)
  for (let i = 0; i < output; i++)
    for (let j = 0; j < input; j++) {
      const value = matrix[i * input + j]
      if (value !== 0) taps.forEach((tap, t) => (result[i * input + mirrored(j + t - half, input)] += value * tap))
    }
  return result
}

function gaussian(factor: number): Float64Array {
  const sigma = Math.max((factor - 1) / 2, 0.001)
  const width = Math.trunc(Math.max(4 * sigma, 3))
  const taps = Float64Array.from({ length: width % 2 === 0 ? width + 1 : width }, (_, i) => i)
  const middle = (taps.length - 1) / 2
  const values = taps.map((i) => Math.exp(-((i - middle) ** 2) / (2 * sigma * sigma)))
  const sum = values.reduce((a, b) => a + b)
  return values.map((value) => value / sum)
}

/** An index past an end, thrown back at the end's sample. */
function mirrored(index: number, size: number): number {
  if (size === 1) return 0
  const period = 2 * (size - 1)
  const within = ((index % period) + period) % period
  return within < size ? within : period - within
}
