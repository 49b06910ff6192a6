import { contiguous, type FloatFrameArray, type FrameArray } from '@kinemetric/video'

/** Mean and standard deviation of red, green and blue on the scale [0, 1]. */
export interface ChannelNormalisation {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

/** Of ImageNet's pictures, as torchvision has them. */
export const imagenetNormalisation: ChannelNormalisation = {
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
}

/** How frames become a network's input. */
export interface ImagePreprocessing {
  /** Frames `[T, H, W, 3]` to the size that the network looks at, on the scale [0, 255]. */
  readonly resize: (frames: FrameArray) => FrameArray | FloatFrameArray
  readonly normalisation: ChannelNormalisation
}

/** A network's input: planes of red, green and blue a picture, normalised. */
export interface PreparedImages {
  readonly pixels: Float32Array
  /** `[N, 3, H, W]`. */
  readonly shape: readonly [number, number, number, number]
}

/** Frames as the network's input: resized, on [0, 1], of each channel (x − mean)/deviation. */
export function prepareImages(frames: FrameArray, { resize, normalisation }: ImagePreprocessing): PreparedImages {
  const resized = resize(frames)
  const [count, height, width] = resized.shape
  const { data } = contiguous(resized)
  const area = height * width
  const pixels = new Float32Array(data.length)
  for (let channel = 0; channel < 3; channel++) {
    const mean = normalisation.mean[channel]
    const deviation = normalisation.deviation[channel]
    for (let t = 0; t < count; t++)
      for (let i = 0, to = (3 * t + channel) * area, from = 3 * t * area + channel; i < area; i++, from += 3)
        pixels[to + i] = (data[from] / 255 - mean) / deviation
  }
  return { pixels, shape: [count, 3, height, width] }
}

/** The size whose shorter side is `side`, the other one in proportion and rounded down, as torchvision's `Resize(side)` has it. */
export function shorterSideSize(height: number, width: number, side: number): readonly [height: number, width: number] {
  return height <= width ? [side, Math.trunc((side * width) / height)] : [Math.trunc((side * height) / width), side]
}
