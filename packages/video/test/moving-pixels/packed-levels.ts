import type { MaskLuma } from '../../src/encode/mpeg4-masks.ts'

/** `[height, width]` grey levels of a mask that came back. */
export function packedLevels({ luma, stride, levels }: MaskLuma, height: number, width: number): Uint8Array {
  return Uint8Array.from(
    { length: height * width },
    (_, i) => levels[luma[Math.floor(i / width) * stride + (i % width)]],
  )
}
