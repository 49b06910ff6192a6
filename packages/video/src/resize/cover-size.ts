import { requireSize } from '../frames/frames.ts'
import { roundHalfEven } from './round-half-even.ts'

/**
 * The size at which an image of `height` × `width` just covers `targetHeight` × `targetWidth` with its proportions kept:
 * s = max(targetHeight/height, targetWidth/width), each side round-half-even(side · s). InterDyn's sample loading
 * (interdyn/utils.py) sizes its frames so; 240×427 covers 256×384 as 256×455.
 */
export function coverSize(
  height: number,
  width: number,
  targetHeight: number,
  targetWidth: number,
): { height: number; width: number } {
  requireSize(height, width, 'coverSize')
  requireSize(targetHeight, targetWidth, 'coverSize')
  const scale = Math.max(targetHeight / height, targetWidth / width)
  return { height: roundHalfEven(height * scale), width: roundHalfEven(width * scale) }
}
