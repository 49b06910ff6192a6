import { contiguous, frameArray, type FrameArray } from '@kinemetric/video'
import type { Condition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import { plainGenerator } from '../generator/plain-generator.ts'

/** The still image: the first frame for the whole clip. The floor that every table should show. */
export const openStatic: OpenGenerator = async () =>
  plainGenerator(async (condition: Condition) => {
    const { pixels } = await condition.image()
    return { pixels: repeatFrame(pixels, condition.frames), fps: condition.fps ?? undefined }
  })

/** @param frame [1, H, W, 3] @returns [count, H, W, 3] */
function repeatFrame(frame: FrameArray, count: number): FrameArray {
  const { data, shape } = contiguous(frame)
  const repeated = new Uint8Array(count * data.length)
  for (let t = 0; t < count; t++) repeated.set(data, t * data.length)
  return frameArray(repeated, count, shape[1], shape[2])
}
