import { type FrameArray, frameArray } from '@kinemetric/video'

import type { TensorValues } from '../../../src/checkpoints/tensors/tensor-values.ts'
import { formulaNumbers } from '../../formula-weights.ts'

/** How a tensor's numbers r in [-1, 1) become weights, by the first rule that fits its name; gains that keep attention from saturating. */
const rules: readonly (readonly [fits: RegExp, scale: number, shift: number])[] = [
  [/gaussian_matrix$/, 1.7, 0],
  [/\.gamma$/, 0.3, 0.5],
  [/trunk\.pos_embed/, 0.5, 0],
  [/point_embeddings|not_a_point|no_mask_embed|tokens?\.weight|^no_|^maskmem_tpos_enc$/, 1, 0],
]

const factors: readonly (readonly [fits: RegExp, factor: number])[] = [
  [/^image_encoder\.neck\.convs/, 0.4],
  [/^memory_encoder\.out_proj\.weight$/, 0.15],
  [/output_hypernetworks_mlps.*\.layers\.2\./, 8],
  [/^sam_mask_decoder\.pred_obj_score_head\.layers\.2\.weight$/, 6],
]

/** Weights of SAM 2 that follow from names and shapes alone, as those of the full-size goldens. @param scoreBias of the object score's last layer; null: the formula's */
export function formulaSam2(
  shapes: Readonly<Record<string, readonly number[]>>,
  scoreBias: number | null,
): Map<string, TensorValues> {
  return new Map(Object.entries(shapes).map(([name, shape]) => [name, formulaTensor(name, shape, scoreBias)]))
}

function formulaTensor(name: string, shape: readonly number[], scoreBias: number | null): TensorValues {
  if (name === 'sam_mask_decoder.pred_obj_score_head.layers.2.bias' && scoreBias !== null)
    return { shape, data: Float32Array.of(scoreBias) }
  const [, scale, shift] = rules.find(([fits]) => fits.test(name)) ?? [undefined, ...byShape(name, shape)]
  const factor = factors.find(([fits]) => fits.test(name))?.[1] ?? 1
  return {
    shape,
    data: Float32Array.from(formulaNumbers(name, product(shape)), (r) => factor * (shift + scale * r)),
  }
}

function byShape(name: string, shape: readonly number[]): readonly [scale: number, shift: number] {
  if (shape.length >= 2) return [Math.sqrt(3 / product(shape.slice(1))), 0]
  return name.endsWith('.weight') ? [0.2, 1] : [0.1, 0]
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1)
}

/** The goldens' video by formula: a wave and a blob that moves across it. */
export function formulaVideo(frames: number, height: number, width: number): FrameArray {
  const data = new Uint8Array(frames * height * width * 3)
  let at = 0
  for (let t = 0; t < frames; t++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++) {
          const wave = Math.sin(0.09 * (x - 1.1 * t) + 0.05 * y + 0.7 * c) * Math.cos(0.04 * x - 0.08 * (y + 0.6 * t))
          const [cx, cy] = [0.35 * width + 0.05 * width * t, 0.55 * height - 0.03 * height * t]
          const blob = Math.exp(-(((x - cx) / (0.14 * width)) ** 2) - ((y - cy) / (0.2 * height)) ** 2)
          const value = 127.5 + 60 * wave + 110 * blob * [1, 0.5, -0.6][c]
          data[at++] = Math.min(255, Math.max(0, Math.floor(value + 0.5)))
        }
  return frameArray(data, frames, height, width)
}
