import { contiguous, frameArray } from '@kinemetric/video'
import type { Condition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import { plainGenerator } from '../generator/plain-generator.ts'

/** The first frame, dimmed to black over the clip. */
export const openFade: OpenGenerator = async () =>
  plainGenerator(async (condition: Condition) => {
    const { data, shape } = contiguous((await condition.image()).pixels)
    const faded = new Uint8Array(condition.frames * data.length)
    for (let t = 0; t < condition.frames; t++) {
      const light = 1 - t / Math.max(1, condition.frames - 1)
      for (let i = 0; i < data.length; i++) faded[t * data.length + i] = Math.round(light * data[i])
    }
    return { pixels: frameArray(faded, condition.frames, shape[1], shape[2]), fps: condition.fps ?? undefined }
  })
