/** What a decoder says of one object: four masks `[4, H, W]` as logits, and what it expects of each, `[4]`. */
export interface DecodedMasks {
  readonly masks: Float32Array
  readonly iou: Float32Array
}

/** Which of the four masks is taken, and whose token the object's pointer is made of. */
export interface Selection {
  readonly mask: number
  readonly pointer: number
  readonly iou: number
  /** Share of mask 0 that does not depend on where exactly the threshold lies, 0..1. */
  readonly stability: number
}

const DELTA = 0.05
const STABLE = 0.98

/**
 * The mask of a prompt that says enough to have one meaning: mask 0 where it is stable, else the best of the three others. The pointer is mask 0's in
 * either case (facebookresearch/sam2 at 2b90b9f, `_dynamic_multimask_via_stability`).
 */
export function selectStable(decoded: DecodedMasks): Selection {
  const size = decoded.masks.length / 4
  const stability = stabilityOf(decoded.masks.subarray(0, size))
  const mask = stability >= STABLE ? 0 : bestOf(decoded.iou)
  return { mask, pointer: 0, iou: decoded.iou[mask], stability }
}

/** The best of masks 1 to 3 by what is expected of them: where nothing was said of the frame, or one point, which may mean a part or the whole. */
export function selectBest(decoded: DecodedMasks): Selection {
  const mask = bestOf(decoded.iou)
  const size = decoded.masks.length / 4
  return { mask, pointer: mask, iou: decoded.iou[mask], stability: stabilityOf(decoded.masks.subarray(0, size)) }
}

/** #(logit > 0.05) / #(logit > −0.05); 1 where both are 0. */
export function stabilityOf(logits: Float32Array): number {
  let sure = 0
  let possible = 0
  for (const logit of logits) {
    if (logit > DELTA) sure++
    if (logit > -DELTA) possible++
  }
  return possible === 0 ? 1 : sure / possible
}

function bestOf(iou: Float32Array): number {
  let best = 1
  for (let i = 2; i < 4; i++) if (iou[i] > iou[best]) best = i
  return best
}
