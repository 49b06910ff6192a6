import type { ObjectLogits } from './threshold.ts'

/** The highest logit of a pixel that another object has. */
const BEHIND = -10

/** The masks with every pixel left to the object with the highest logit there, the first where they are equal; what is remembered is not changed by it. */
export function withoutOverlaps(masks: readonly ObjectLogits[]): readonly ObjectLogits[] {
  if (masks.length < 2) return masks
  const [{ logits: first }] = masks
  const front = new Uint8Array(first.length)
  for (let n = 1; n < masks.length; n++) {
    const { logits } = masks[n]
    for (let i = 0; i < logits.length; i++) if (logits[i] > masks[front[i]].logits[i]) front[i] = n
  }
  return masks.map((mask, n) => ({
    ...mask,
    logits: mask.logits.map((logit, i) => (front[i] === n ? logit : Math.min(logit, BEHIND))),
  }))
}
