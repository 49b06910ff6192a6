import type { MaskFrame, MaskPrompt } from '../../../src/roles/mask-tracker.ts'
import type { MaskVideo } from '../../../src/roles/track-masks.ts'
import { golden, hasSam2Goldens } from '../sam2-goldens.ts'

export const goldenSize = { height: 90, width: 160 }

const bytes = hasSam2Goldens ? Uint8Array.from(await golden('video')) : new Uint8Array()

/** The goldens' video, or its first frames. */
export function goldenVideo(frames: number): MaskVideo {
  const size = goldenSize.height * goldenSize.width * 3
  const frame = (index: number): MaskFrame => ({
    index,
    ...goldenSize,
    rgb: bytes.subarray(index * size, (index + 1) * size),
  })
  return {
    name: 'golden',
    frames,
    ...goldenSize,
    async *read(start, count) {
      for (let index = start; index < start + count; index++) yield frame(index)
    },
  }
}

export const box = (object: string, frame: number, ...corners: [number, number, number, number]): MaskPrompt => ({
  object,
  frame,
  box: corners,
})
