import { describe, expect, test } from 'vitest'
import { assumedTimes, frameTimes } from '../../../site/src/client/clip/frame-times.ts'

describe('times of frames', () => {
  test('at a steady rate: the middle of each frame is of that frame, and so is where it begins, however the browser rounds it', () => {
    for (const fps of [6, 7, 12, 23.976, 30]) {
      const times = frameTimes({ frames: 120, fps })
      for (let frame = 0; frame < 120; frame++) {
        expect(times.frameAt(times.middleOf(frame))).toBe(frame)
        // Browsers name a frame by where it begins, in whole microseconds or milliseconds.
        expect(times.frameAt(Math.floor((frame / fps) * 1e6) / 1e6)).toBe(frame)
        expect(times.frameAt(Math.floor((frame / fps) * 1e3) / 1e3)).toBe(frame)
      }
    }
  })

  test('without a steady rate: each frame by its own beginning', () => {
    const times = frameTimes({ starts: [0, 0.1, 0.5, 0.52, 1] })
    expect(times.frames).toBe(5)
    expect([0, 1, 2, 3, 4].map((frame) => times.frameAt(times.middleOf(frame)))).toEqual([0, 1, 2, 3, 4])
    expect(times.frameAt(0.499)).toBe(2)
    expect(times.frameAt(0.45)).toBe(1)
    expect(times.middleOf(1)).toBeCloseTo(0.3)
  })

  test('of a video of which only the duration is known', () => {
    expect(assumedTimes(14, 2)).toMatchObject({ frames: 14, fps: 7 })
    expect(assumedTimes(14, 2).frameAt(13 / 7)).toBe(13)
  })
})
