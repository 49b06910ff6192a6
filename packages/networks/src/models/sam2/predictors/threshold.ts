import type { ObjectMask } from '../../../roles/mask-tracker.ts'

/** A mask before its threshold. */
export interface ObjectLogits extends Omit<ObjectMask, 'mask' | 'logits'> {
  /** `[H, W]` of the frame. */
  readonly logits: Float32Array
}

/** The object is where its logit is above 0. @param keep whether the logits are handed on too */
export function threshold({ logits, ...found }: ObjectLogits, keep: boolean): ObjectMask {
  const mask = Uint8Array.from(logits, (logit) => (logit > 0 ? 1 : 0))
  return keep ? { ...found, mask, logits } : { ...found, mask }
}
