import type { Query } from '@kinemetric/networks'
import { metricError } from '../recipes/metric-error.ts'
import { seededRandom } from '../intervals/seeded-random.ts'

/** An object mask of one frame: `data[y · width + x]` is not 0 on the object. */
export interface Mask {
  width: number
  height: number
  data: Uint8Array
}

/**
 * Distinct pixels of the mask, drawn uniformly without replacement (a Fisher-Yates shuffle of PCG32, cut off), as queries
 * in frame 0. InterDyn: 100 points on the object in the first frame.
 *
 * @param seed of `seededRandom`
 * @param frame the frame that the mask belongs to, when its size is to be checked
 * @returns undefined when the mask has fewer pixels than `count`: the clip is to be skipped, counted and listed
 * @throws KinemetricError `empty` for a mask without any pixel, `shape-mismatch`, `bad-option`
 */
export function sampleMaskPoints(
  mask: Mask,
  count = 100,
  seed = 0,
  frame?: { width: number; height: number },
): Query[] | undefined {
  checkMask(mask, frame)
  if (!Number.isInteger(count) || count < 1) {
    throw metricError('bad-option', 'sample-points', { expected: 'a whole number of points from 1', found: `${count}` })
  }
  const pixels = new Uint32Array(mask.data.length)
  let area = 0
  for (let index = 0; index < mask.data.length; index++) if (mask.data[index] !== 0) pixels[area++] = index
  if (area === 0) {
    throw metricError('empty', 'sample-points', { expected: 'a mask with an object', found: 'no pixel other than 0' })
  }
  if (area < count) return undefined
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const j = i + random.below(area - i)
    const pixel = pixels[j]
    pixels[j] = pixels[i]
    return { t: 0, x: pixel % mask.width, y: Math.floor(pixel / mask.width) }
  })
}

export interface GridOptions {
  /** Points along each side of the whole frame's grid. Default 55, as Yatim et al. */
  size?: number | undefined
  /** Only the points on this mask (nearest pixel). */
  mask?: Mask | undefined
  /** Of the mask, use the bounding box without its last row and column, as the code of Yatim et al. does. Default false. */
  boundingBox?: boolean | undefined
  /** Fewer points than this are none. Default 1. */
  atLeast?: number | undefined
}

/**
 * A regular grid over the frame, as CoTracker lays it: `size` × `size` points from 1/64 of the model frame's width (8 of
 * 512 px) inside its border, row by row, in pixels of the original frame.
 *
 * @param frame size of the original frame, pixels
 * @returns undefined when fewer than `atLeast` points lie on the mask
 * @throws KinemetricError `empty`, `shape-mismatch`, `bad-option`
 * Source: facebookresearch/co-tracker, get_points_on_a_grid and the mask selection of CoTrackerPredictor; the bounding box
 * of diffusion-motion-transfer motion_fidelity_score.py.
 */
export function sampleGridPoints(
  frame: { width: number; height: number },
  options: GridOptions = {},
): Query[] | undefined {
  const { mask, size = 55, boundingBox = false, atLeast = 1 } = options
  if (!Number.isInteger(size) || size < 2) {
    throw metricError('bad-option', 'sample-points', {
      expected: 'a grid of at least 2 points a side',
      found: `${size}`,
    })
  }
  if (mask !== undefined) checkMask(mask, frame)
  const box = mask !== undefined && boundingBox ? boundingBoxOf(mask) : undefined
  const points: Query[] = []
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = MARGIN + (column * (MODEL_WIDTH - 2 * MARGIN)) / (size - 1)
      const y = MARGIN + (row * (MODEL_HEIGHT - 2 * MARGIN)) / (size - 1)
      if (mask !== undefined && !covers(mask, box, x, y)) continue
      points.push({
        t: 0,
        x: (x * (frame.width - 1)) / (MODEL_WIDTH - 1),
        y: (y * (frame.height - 1)) / (MODEL_HEIGHT - 1),
      })
    }
  }
  return points.length < atLeast ? undefined : points
}

/** CoTracker's frame, on which the grid is regular. */
const MODEL_WIDTH = 512
const MODEL_HEIGHT = 384
const MARGIN = MODEL_WIDTH / 64

interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** Whether the mask (or its box), resized to the model's frame by nearest neighbour, covers that point. */
function covers(mask: Mask, box: Box | undefined, x: number, y: number): boolean {
  const column = Math.floor((Math.round(x) * mask.width) / MODEL_WIDTH)
  const row = Math.floor((Math.round(y) * mask.height) / MODEL_HEIGHT)
  if (box === undefined) return mask.data[row * mask.width + column] !== 0
  return column >= box.left && column < box.right && row >= box.top && row < box.bottom
}

/** First and last column and row of the object. Taken as end-exclusive by its user, as the released code does. */
function boundingBoxOf({ width, data }: Mask): Box {
  const box = { left: width, top: Number.POSITIVE_INFINITY, right: -1, bottom: -1 }
  for (let index = 0; index < data.length; index++) {
    if (data[index] === 0) continue
    const x = index % width
    const y = Math.floor(index / width)
    box.left = Math.min(box.left, x)
    box.right = Math.max(box.right, x)
    box.top = Math.min(box.top, y)
    box.bottom = Math.max(box.bottom, y)
  }
  if (box.right < 0) {
    throw metricError('empty', 'sample-points', { expected: 'a mask with an object', found: 'no pixel other than 0' })
  }
  return box
}

function checkMask(mask: Mask, frame: { width: number; height: number } | undefined): void {
  if (mask.data.length !== mask.width * mask.height) {
    throw metricError('shape-mismatch', 'sample-points', {
      expected: `a mask of ${mask.width}x${mask.height} pixels`,
      found: `${mask.data.length} values`,
    })
  }
  if (frame !== undefined && (mask.width !== frame.width || mask.height !== frame.height)) {
    throw metricError('shape-mismatch', 'sample-points', {
      expected: `a mask of the frame's size ${frame.width}x${frame.height}`,
      found: `${mask.width}x${mask.height}`,
    })
  }
}
