import { halfPixelBilinear, pillowBicubic, pillowBicubicFloat, tf1Bilinear } from '@kinemetric/video'
import {
  type ImagePreprocessing,
  imagenetNormalisation as normalisation,
  shorterSideSize,
} from '../vision-transformer/preprocess.ts'

const side = 224

/** How frames become DINOv2's input, by whom. All squash to 224×224. */
export const dinov2Preprocessings = {
  // layer6ai-labs/dgm-eval 74c79f7: Pillow's bicubic on bytes, rounded.
  'dgm-eval': { resize: (frames) => pillowBicubic(frames, side, side), normalisation },
  // The same with its option `clean_resize`: on floats, clipped and not rounded.
  'dgm-eval-clean': { resize: (frames) => pillowBicubicFloat(frames, side, side), normalisation },
  // toshas/torch-fidelity 5e211a9: TensorFlow 1's bilinear.
  'torch-fidelity': { resize: (frames) => tf1Bilinear(frames, side, side), normalisation },
} as const satisfies Record<string, ImagePreprocessing>

/** How frames become DINO's input. */
export const dinoPreprocessings = {
  // Vchitect/VBench 45e79ec, subject consistency: the shorter side to 224 by torch's bilinear without antialiasing, of floats, not rounded; no crop.
  vbench: {
    resize: (frames) => halfPixelBilinear(frames, ...shorterSideSize(frames.shape[1], frames.shape[2], side)),
    normalisation,
  },
} as const satisfies Record<string, ImagePreprocessing>
