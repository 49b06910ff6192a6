import type { VideoTimes } from '../../../../src/media/video-facts.ts'

/** Where the frames of a video lie in its time, seconds. */
export interface FrameTimes {
  /** How many it has. */
  frames: number
  /** Frames a second, the mean where the rate is not steady. */
  fps: number
  /** A time well inside a frame: rounding must not land on a neighbour. */
  middleOf(frame: number): number
  /** The frame of a time that the browser names: where the frame begins, give or take its clock's rounding. */
  frameAt(time: number): number
}

/** Times as the file's own tables have them. */
export function frameTimes(times: VideoTimes): FrameTimes {
  if ('fps' in times) return steadyTimes(times.frames, times.fps)
  const { starts } = times
  const frames = starts.length
  const usual = frames > 1 ? starts[frames - 1] / (frames - 1) : 1
  const endOf = (frame: number) => starts[frame + 1] ?? starts[frame] + usual
  return {
    frames,
    fps: 1 / usual,
    middleOf: (frame) => (starts[frame] + endOf(frame)) / 2,
    frameAt: (time) => {
      let frame = 0
      while (frame + 1 < frames && starts[frame + 1] <= time + Math.min(2e-3, usual / 4)) frame++
      return frame
    },
  }
}

/** Times of a video of which only the duration is known: that it has all `frames` at one rate is then assumed. */
export function assumedTimes(frames: number, duration: number): FrameTimes {
  return steadyTimes(frames, frames / duration)
}

function steadyTimes(frames: number, fps: number): FrameTimes {
  return {
    frames,
    fps,
    middleOf: (frame) => (frame + 0.5) / fps,
    // A quarter of a frame: browsers round a frame's time to their own clock's ticks, downwards.
    frameAt: (time) => Math.min(frames - 1, Math.max(0, Math.floor(time * fps + 0.25))),
  }
}
