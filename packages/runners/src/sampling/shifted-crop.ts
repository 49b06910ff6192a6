import { contiguous, frameArray, type FrameArray, halfPixelBilinear } from '@kinemetric/video'

/**
 * What CosHand's evaluation script (github.com/SruthiSudhakar/CosHand, run_results_on_final_eval_set.py) makes of a square picture: its crop begins 50 pixels
 * too far right, ends at the picture's edge and is stretched to the full width. Training knows no such shift.
 * @param frames uint8 [T, H, W, 3], more than 50 pixels wide
 */
export function shiftedCrop(frames: FrameArray): FrameArray {
  const [count, height, width] = frames.shape
  const cut = frames.lo(0, 0, shift, 0).hi(count, height, width - shift, 3)
  const stretched = contiguous(halfPixelBilinear(cut, height, width))
  return frameArray(Uint8Array.from(stretched.data, Math.round), count, height, width)
}

const shift = 50
