import type { MaskPrompt } from '../../../roles/mask-tracker.ts'
import type { Sam2Constants } from '../../../roles/sam2-networks.ts'

/** What a prompt encoder has learnt. */
export type PromptWeights = Pick<Sam2Constants, 'promptMatrix' | 'pointEmbeddings' | 'notAPoint'>

/** A point with its label, in pixels of the original frame. */
interface Token {
  readonly x: number
  readonly y: number
  readonly label: 0 | 1 | 2 | 3
}

/**
 * The sparse tokens of a prompt: a box's two corners, then points, then one padding token, as boxes travel as points in both of SAM 2's predictors
 * (facebookresearch/sam2 at 2b90b9f, sam2/modeling/sam/prompt_encoder.py). Pixels are scaled to the network's square axis by axis.
 *
 * @param imageSize side of the network's square, pixels
 * @returns `[tokens, C]` row-major
 */
export function encodePrompt(
  { box, points = [] }: Pick<MaskPrompt, 'box' | 'points'>,
  { height, width }: { height: number; width: number },
  imageSize: number,
  weights: PromptWeights,
): Float32Array {
  const corners: Token[] =
    box === undefined
      ? []
      : [
          { x: box[0], y: box[1], label: 2 },
          { x: box[2], y: box[3], label: 3 },
        ]
  const tokens = [...corners, ...points]
  const channels = weights.notAPoint.length
  const sparse = new Float32Array((tokens.length + 1) * channels)
  for (const [index, { x, y, label }] of tokens.entries()) {
    const place = sparse.subarray(index * channels, (index + 1) * channels)
    encodePlace(inSquare(x, width, imageSize), inSquare(y, height, imageSize), weights.promptMatrix, place)
    for (let c = 0; c < channels; c++) place[c] += weights.pointEmbeddings[label][c]
  }
  sparse.set(weights.notAPoint, tokens.length * channels)
  return sparse
}

/** The tokens where nothing is said of a frame: a point that is none, and the padding. `[2, C]` */
export function encodeNoPrompt({ notAPoint }: Pick<Sam2Constants, 'notAPoint'>): Float32Array {
  const sparse = new Float32Array(2 * notAPoint.length)
  sparse.set(notAPoint)
  sparse.set(notAPoint, notAPoint.length)
  return sparse
}

const { fround } = Math

/** A pixel's centre in −1..1 of the square, in the order and precision of the original. */
function inSquare(pixel: number, size: number, imageSize: number): number {
  const scaled = fround(fround(fround(pixel) / size) * imageSize)
  return fround(2 * fround(fround(scaled + 0.5) / imageSize) - 1)
}

/** Fourier features of a place: sines, then cosines. */
function encodePlace(x: number, y: number, matrix: Float32Array, target: Float32Array): void {
  const half = matrix.length / 2
  for (let i = 0; i < half; i++) {
    const angle = fround(2 * Math.PI * fround(x * matrix[i] + y * matrix[half + i]))
    target[i] = Math.sin(angle)
    target[half + i] = Math.cos(angle)
  }
}
